import '@fontsource-variable/inter/index.css';
import '@fontsource-variable/jetbrains-mono/index.css';
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import '@mantine/spotlight/styles.css';
import './ui/theme/document.css';
import './ui/theme/controls.css';
import './ui/theme/media.css';
import './ui/theme/direction.css';
import { MantineProvider } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { notifications, Notifications } from '@mantine/notifications';
import { StrictMode, useMemo } from 'react';
import { createRoot } from 'react-dom/client';
import { Approvals } from './features/approvals/approvals.tsx';
import { followTray } from './features/launch/tray-start.ts';
import { App } from './features/shell/app.tsx';
import { followApprovals } from './state/core/approvals.ts';
import { followAudit } from './state/core/audit.ts';
import { followClipboard } from './state/clipboard.ts';
import { followDesktop } from './state/core/desktop.ts';
import { followDoctor } from './state/core/doctor.ts';
import { followHeadroom } from './state/core/headroom-history.ts';
import { followInventory } from './state/core/inventory.ts';
import { followKept } from './state/kept.ts';
import { followOverviews } from './state/core/overviews.ts';
import { followPlace } from './state/place.ts';
import { followPreferences } from './state/preferences.ts';
import { followRestored } from './state/restored.ts';
import { followRotations } from './state/core/rotations.ts';
import { followRuns } from './state/core/runs.ts';
import { followScreenProtection } from './state/screen-protection.ts';
import { followStatus, useStatus } from './state/core/status.ts';
import { refuseDrops } from './ui/refuse-drops.ts';
import { measureScrollbar } from './ui/theme/scrollbar.ts';
import { cleanWhatIsPasted } from './ui/text/clean-paste.ts';
import { resolveVariables, theme } from './ui/theme/theme.ts';

/** SECURITY: the policy allows no inline style without this load's nonce (src-main/app/page-files.ts). */
const styleNonce = document.querySelector<HTMLElement>('meta[property="csp-nonce"]')?.nonce ?? '';
// The scroll lock under Mantine's dialogs adds its style by get-nonce, which reads this name.
Object.assign(globalThis, { __webpack_nonce__: styleNonce });

if (!navigator.userAgent.includes('Mac')) document.documentElement.dataset['scrollbars'] = 'own';
measureScrollbar();

function Root() {
  const moreContrast = useMediaQuery('(prefers-contrast: more)');
  const resolver = useMemo(() => resolveVariables(moreContrast ? 'more' : 'normal'), [moreContrast]);
  return (
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      cssVariablesResolver={resolver}
      getStyleNonce={() => styleNonce}
      deduplicateCssVariables={false}
    >
      <Notifications position="bottom-center" limit={4} autoClose={5000} />
      <App />
      <Approvals />
    </MantineProvider>
  );
}

// How the list is sorted is asked for before the list.
followPreferences();
followOverviews();
followInventory();
followHeadroom();
followDoctor();
followAudit();
followClipboard();
followRuns();
followRotations();
followApprovals();
followPlace();
followDesktop();
followTray();
followKept();
followRestored();
cleanWhatIsPasted(document);
// After those of the document, who may take it.
refuseDrops(window);
followScreenProtection();
followStatus();
// What a notice says of keys must not outlast the lock.
useStatus.subscribe(({ status }) => {
  if (status?.vault !== 'unlocked') notifications.clean();
});

const root = document.getElementById('root');
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <Root />
    </StrictMode>,
  );
}
