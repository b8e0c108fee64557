import { lazy, type ReactNode, type RefObject, Suspense } from 'react';
import type { StatusView } from '../../../src-shared/contract/views.ts';
import { useView } from '../../state/view.ts';
import { Skeleton } from '../../ui/states/skeleton.tsx';
import { KeysScreen } from '../keys/keys-screen.tsx';
import { OverviewScreen } from '../overview/overview-screen.tsx';
import { messages } from './messages.ts';

const RotationScreen = lazy(() => import('../rotation/rotation-screen.tsx'));
const HeadroomScreen = lazy(() => import('../headroom/headroom-screen.tsx'));
const DoctorScreen = lazy(() => import('../doctor/doctor-screen.tsx'));
const AgentsScreen = lazy(() => import('../agents/agents-screen.tsx'));
const AuditScreen = lazy(() => import('../audit/audit-screen.tsx'));
const SettingsScreen = lazy(() => import('../settings/settings-screen.tsx'));

interface ScreensProps {
  readonly status: StatusView;
  readonly gridRef: RefObject<HTMLDivElement | null>;
}

/** The screen that is chosen; what is not looked at first is loaded when it is. */
export function Screens({ status, gridRef }: ScreensProps) {
  const screen = useView((state) => state.screen);
  const chosen = (): ReactNode => {
    switch (screen) {
      case 'overview':
        return <OverviewScreen status={status} />;
      case 'keys':
        return <KeysScreen gridRef={gridRef} />;
      case 'rotation':
        return <RotationScreen />;
      case 'headroom':
        return <HeadroomScreen />;
      case 'doctor':
        return <DoctorScreen />;
      case 'agents':
        return <AgentsScreen status={status} />;
      case 'audit':
        return <AuditScreen />;
      case 'settings':
        return <SettingsScreen status={status} />;
    }
  };
  return <Suspense fallback={<Skeleton label={messages.screens[screen]} />}>{chosen()}</Suspense>;
}
