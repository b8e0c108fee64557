import {
  IconClipboardList,
  IconGauge,
  IconHome,
  IconKey,
  IconRotateClockwise,
  IconRobot,
  IconSettings,
  IconStethoscope,
  type TablerIcon,
} from '@tabler/icons-react';
import { overviewOf, useOverviews } from '../../../state/core/overviews.ts';
import { isOpen, useRotations } from '../../../state/core/rotations.ts';
import { useStatus } from '../../../state/core/status.ts';
import { type ScreenId, SCREENS, showScreen, useView } from '../../../state/view.ts';
import { formatNumber } from '../../../ui/text/format.ts';
import { Mark } from '../../../ui/mark.tsx';
import { messages } from '../messages.ts';
import classes from './side-bar.module.css';

const ICONS: Record<ScreenId, TablerIcon> = {
  overview: IconHome,
  keys: IconKey,
  rotation: IconRotateClockwise,
  headroom: IconGauge,
  doctor: IconStethoscope,
  agents: IconRobot,
  audit: IconClipboardList,
  settings: IconSettings,
};

/** Where one can go. Digits 1 to 9 lead there as well. */
export function SideBar() {
  const screen = useView((state) => state.screen);
  const counts = useCounts();
  return (
    <nav className={classes['bar']} aria-label={messages.navigation}>
      <span className={classes['brand']}>
        <Mark size={24} title={messages.app} />
        <span className={classes['word']}>{messages.app}</span>
      </span>
      <ul className={classes['places']}>
        {SCREENS.map((id) => {
          const Icon = ICONS[id];
          const count = counts[id];
          return (
            <li key={id} className={id === 'settings' ? classes['last'] : undefined}>
              <button
                type="button"
                className={classes['place']}
                aria-current={screen === id ? 'page' : undefined}
                title={messages.screens[id]}
                onClick={() => showScreen(id)}
              >
                <Icon size={18} stroke={1.5} aria-hidden />
                <span className={classes['word']}>{messages.screens[id]}</span>
                {count !== undefined && count > 0 && (
                  <span className={classes['count']}>{formatNumber(count)}</span>
                )}
              </button>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

/** Of the environment that is looked at: beside a list of prod stands what prod has. */
function useCounts(): Partial<Record<ScreenId, number>> {
  const env = useView((state) => state.env);
  const isHere = (entry: { readonly env: string }): boolean => env === null || entry.env === env;
  const keys = useOverviews((state) => overviewOf(state, env)?.keys ?? 0);
  const runs = useStatus((state) => state.status?.runs.filter(isHere).length ?? 0);
  const overdue = useOverviews((state) => overviewOf(state, env)?.overdue ?? 0);
  const open = useRotations(
    (state) => state.rotations.filter((rotation) => isHere(rotation) && isOpen(rotation)).length,
  );
  return { keys, rotation: overdue + open, agents: runs };
}
