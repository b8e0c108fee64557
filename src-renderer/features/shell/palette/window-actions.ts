import type { MantineColorScheme } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import {
  IconCalendarTime,
  IconClipboardList,
  IconColumns3,
  IconDatabaseExport,
  IconDatabaseImport,
  IconDeviceDesktop,
  IconEye,
  IconFileExport,
  IconFileImport,
  IconFingerprint,
  IconFlask,
  IconKeyboard,
  IconLifebuoy,
  IconLock,
  IconLockPassword,
  IconLogin2,
  IconLogout,
  IconPlayerPlay,
  IconPlayerStop,
  IconPlus,
  IconRefresh,
  IconReportAnalytics,
  IconRotateClockwise,
  IconStethoscope,
  IconSunMoon,
  IconTerminal2,
  type TablerIcon,
} from '@tabler/icons-react';
import type { Outcome } from '../../../../src-shared/contract/outcome.ts';
import type { RotationView, WindowRunView } from '../../../../src-shared/contract/views.ts';
import { KEY_GROUPS } from '../../../../src-shared/domain/keys/key-table.ts';
import { ask } from '../../../bridge.ts';
import { saveAudit, verifyAudit } from '../../../state/core/audit.ts';
import { setDesktop, useDesktop } from '../../../state/core/desktop.ts';
import { examine } from '../../../state/core/doctor.ts';
import { useInventory } from '../../../state/core/inventory.ts';
import { isOpen, noteRotation, useRotations } from '../../../state/core/rotations.ts';
import { runStarted, setDock, showRun, useRuns } from '../../../state/core/runs.ts';
import { lockVault, useStatus } from '../../../state/core/status.ts';
import { changeKeyTable, resetKeyTable } from '../../../state/preferences.ts';
import { chooseEnvironment, openDialog, showScreen, useView } from '../../../state/view.ts';
import { messages as backupMessages } from '../../backup/messages.ts';
import { messages as keyMessages } from '../../keys/messages.ts';
import { FIRST_SIZE } from '../../launch/run-buttons.tsx';
import { runTitle } from '../../launch/run-words.ts';
import { messages as settingsMessages } from '../../settings/messages.ts';
import { messages as platformMessages } from '../../settings/platforms/messages.ts';
import { platformName, signOut } from '../../settings/platforms/sign-out.ts';
import { setKeychain, setSandbox, showFailure } from '../../settings/switches.ts';
import { checkPlatforms } from '../check-platforms.ts';
import { messages } from '../messages.ts';

const words = messages.palette;

export interface PaletteAction {
  readonly id: string;
  readonly label: string;
  readonly icon: TablerIcon;
  readonly run: () => void;
}

/** What is done with no key in particular: every button of the window that is not about one. */
export const windowActions = (
  setColorScheme: (scheme: MantineColorScheme) => void,
): readonly PaletteAction[] => [
  ...COMMON,
  ...ofRuns(),
  ...ofRotations(),
  ...ofEnvironments(),
  ...ofTheList(),
  ...ofTheVault(),
  ...ofSessions(),
  ...ofTheDesktop(),
  ...settingsMessages.schemes.map(({ value, label }) => ({
    id: `look-${value}`,
    label: words.look(label),
    icon: IconSunMoon,
    run: () => setColorScheme(value as MantineColorScheme),
  })),
  { id: 'shortcuts', label: messages.menu.shortcuts, icon: IconKeyboard, run: dialog({ kind: 'shortcuts' }) },
];

function dialog(which: Parameters<typeof openDialog>[0]): () => void {
  return () => openDialog(which);
}

const COMMON: readonly PaletteAction[] = [
  { id: 'add', label: words.add, icon: IconPlus, run: dialog({ kind: 'add' }) },
  { id: 'create', label: words.create, icon: IconPlus, run: dialog({ kind: 'create' }) },
  { id: 'run', label: words.run, icon: IconPlayerPlay, run: dialog({ kind: 'launch', key: null }) },
  { id: 'import', label: words.import, icon: IconFileImport, run: dialog({ kind: 'import' }) },
  {
    id: 'import-platform',
    label: platformMessages.import.title,
    icon: IconFileImport,
    run: dialog({ kind: 'import-platform' }),
  },
  { id: 'report', label: words.report, icon: IconReportAnalytics, run: dialog({ kind: 'report' }) },
  { id: 'tour', label: words.tour, icon: IconFlask, run: dialog({ kind: 'tour' }) },
  { id: 'sync', label: words.sync, icon: IconRefresh, run: () => void checkPlatforms() },
  {
    id: 'examine',
    label: words.examine,
    icon: IconStethoscope,
    run: () => {
      showScreen('doctor');
      void examine(null, useView.getState().env);
    },
  },
  {
    id: 'verify',
    label: words.verify,
    icon: IconClipboardList,
    run: () => {
      showScreen('audit');
      void verifyAudit();
    },
  },
  {
    id: 'export-audit',
    label: words.exportAudit,
    icon: IconFileExport,
    run: () => {
      showScreen('audit');
      void saveAudit();
    },
  },
  { id: 'lock', label: words.lock, icon: IconLock, run: () => void lockVault() },
];

const noteRun = (outcome: Outcome<{ readonly run: WindowRunView }>): void => {
  if (!showFailure(outcome) && outcome.ok) runStarted(outcome.result.run);
};

const ofRuns = (): readonly PaletteAction[] => {
  const { runs, profiles, dock } = useRuns.getState();
  return [
    ...profiles.map(({ id, name }) => ({
      id: `start-${id}`,
      label: words.start(name),
      icon: IconPlayerPlay,
      run: () => void ask((core) => core.profiles.start({ id, size: FIRST_SIZE })).then(noteRun),
    })),
    ...profiles.map(({ id, name }) => ({
      id: `edit-${id}`,
      label: words.editProfile(name),
      icon: IconPlayerPlay,
      run: dialog({ kind: 'launch', key: null, profile: id }),
    })),
    ...runs.flatMap((run) => [
      {
        id: `output-${run.id}`,
        label: words.output(runTitle(run)),
        icon: IconTerminal2,
        run: () => showRun(run.id),
      },
      {
        id: `restart-${run.id}`,
        label: words.restart(runTitle(run)),
        icon: IconRefresh,
        run: () => void ask((core) => core.runs.restart({ id: run.id })).then(noteRun),
      },
      ...(run.ended === null
        ? [
            {
              id: `stop-${run.id}`,
              label: words.stop(runTitle(run)),
              icon: IconPlayerStop,
              run: () => void ask((core) => core.runs.stop({ id: run.id, now: false })).then(showFailure),
            },
          ]
        : []),
    ]),
    ...(dock === 'closed'
      ? []
      : [
          {
            id: 'hide-output',
            label: messages.footer.hideOutput,
            icon: IconTerminal2,
            run: () => setDock('closed'),
          },
        ]),
  ];
};

const ofRotations = (): readonly PaletteAction[] => {
  const tell = (outcome: Outcome<{ readonly rotation: RotationView }>): void => {
    showScreen('rotation');
    if (!showFailure(outcome) && outcome.ok) noteRotation(outcome.result.rotation);
  };
  return useRotations
    .getState()
    .rotations.filter(isOpen)
    .flatMap(({ id, key, env, direction, state }) => {
      const target = { key, env, wait_ms: 0 };
      return [
        {
          id: `resume-${id}`,
          label: words.resume(`${env}/${key}`),
          icon: IconRotateClockwise,
          run: () => void ask((core) => core.rotations.resume(target)).then(tell),
        },
        ...(direction === 'forward' && state !== 'revoked'
          ? [
              {
                id: `abort-${id}`,
                label: words.abort(`${env}/${key}`),
                icon: IconRotateClockwise,
                run: () => void ask((core) => core.rotations.abort(target)).then(tell),
              },
            ]
          : []),
      ];
    });
};

const ofEnvironments = (): readonly PaletteAction[] => {
  const { environments } = useInventory.getState();
  const look = (env: string | null, label: string): PaletteAction => ({
    id: `env-${env ?? ''}`,
    label,
    icon: IconEye,
    run: () => chooseEnvironment(env),
  });
  return [
    look(null, words.everywhere),
    ...environments.map(({ name, kind }) =>
      look(name, words.environment(kind === 'live' ? keyMessages.filter.live(name) : name)),
    ),
    {
      id: 'add-environment',
      label: settingsMessages.addEnvironment.title,
      icon: IconPlus,
      run: dialog({ kind: 'add-environment' }),
    },
    ...environments.map(({ name }) => ({
      id: `dry-run-${name}`,
      label: words.dryRun(name),
      icon: IconCalendarTime,
      run: dialog({ kind: 'dry-run', env: name }),
    })),
  ];
};

const ofTheList = (): readonly PaletteAction[] => [
  ...KEY_GROUPS.map((group) => ({
    id: `group-${group}`,
    label: words.group(keyMessages.bar.groups[group]),
    icon: IconColumns3,
    run: () => {
      showScreen('keys');
      changeKeyTable({ group });
    },
  })),
  {
    id: 'columns',
    label: keyMessages.bar.reset,
    icon: IconColumns3,
    run: () => {
      showScreen('keys');
      resetKeyTable();
    },
  },
];

const ofTheVault = (): readonly PaletteAction[] => {
  const { status } = useStatus.getState();
  if (status === null) return [];
  const { keychain, keychain_detail: detail, sandbox } = status;
  const isOn = keychain === 'available';
  return [
    {
      id: 'passphrase',
      label: settingsMessages.changePassphrase.title,
      icon: IconLockPassword,
      run: dialog({ kind: 'passphrase' }),
    },
    {
      id: 'recovery-code',
      label: settingsMessages.renewCode.title,
      icon: IconLifebuoy,
      run: dialog({ kind: 'recovery-code' }),
    },
    {
      id: 'backup',
      label: backupMessages.backup.title,
      icon: IconDatabaseExport,
      run: dialog({ kind: 'backup' }),
    },
    {
      id: 'restore',
      label: backupMessages.restore.title,
      icon: IconDatabaseImport,
      run: dialog({ kind: 'restore' }),
    },
    ...(keychain === 'unavailable'
      ? []
      : [
          {
            id: 'keychain',
            label: isOn ? messages.menu.keychainOff : messages.menu.keychainOn,
            icon: IconFingerprint,
            run: () => void setKeychain(!isOn, detail),
          },
        ]),
    {
      id: 'sandbox',
      label: sandbox === null ? messages.menu.sandboxStart : messages.menu.sandboxStop,
      icon: IconFlask,
      run: () => void setSandbox(sandbox === null),
    },
  ];
};

const ofSessions = (): readonly PaletteAction[] => {
  const { platforms, sessions } = useInventory.getState();
  return [
    ...(platforms.some(({ can }) => can.sign_in)
      ? [
          {
            id: 'sign-in',
            label: platformMessages.signIn.title,
            icon: IconLogin2,
            run: dialog({ kind: 'sign-in' }),
          },
        ]
      : []),
    ...sessions.map((session) => ({
      id: `sign-out-${session.platform}-${session.env ?? ''}`,
      label: platformMessages.signIn.outOf(session.email, platformName(session.platform), session.env),
      icon: IconLogout,
      run: () => void signOut(session),
    })),
  ];
};

const ofTheDesktop = (): readonly PaletteAction[] => {
  const { settings } = useDesktop.getState();
  if (settings === null) return [];
  return (['notifications', 'stay_in_tray', 'start_at_login'] as const).flatMap((name) => {
    const isOn = settings[name];
    if (isOn === null) return [];
    return [
      {
        id: `desktop-${name}`,
        label: words.switch(settingsMessages.desktop[name].label, !isOn),
        icon: IconDeviceDesktop,
        run: () =>
          void setDesktop({ [name]: !isOn }).then((outcome) => {
            if (!showFailure(outcome))
              notifications.show({ message: words.switched(settingsMessages.desktop[name].label, !isOn) });
          }),
      },
    ];
  });
};
