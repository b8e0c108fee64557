import { notifications } from '@mantine/notifications';
import { listen } from '../../bridge.ts';
import { runStarted } from '../../state/core/runs.ts';

/** What was chosen in the tray is shown: the terminal of its command, or why there is none. Once, when the page loads. */
export const followTray = (): void => {
  listen('trayStarted', ({ run, problem }) => {
    if (run !== null) runStarted(run);
    if (problem !== null)
      notifications.show({ color: 'red', title: problem.message, message: problem.hint, autoClose: false });
  });
};
