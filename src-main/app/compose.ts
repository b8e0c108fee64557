import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { EventName, EventOf } from '../../src-shared/contract/events.ts';
import type { KeyStore } from '../keystore/ports.ts';
import type { Log } from '../log/ports.ts';
import type { Paths } from '../agent/paths.ts';
import { processTable } from '../agent/process-table.ts';
import { createDeploymentCommands } from '../deployment/commands.ts';
import { createEnvFiles } from '../deployment/env-files.ts';
import { createPlatformClient } from '../platforms/client.ts';
import { BUILTIN_DEFINITIONS } from '../platforms/definitions/index.ts';
import { networkProbes } from '../probes/network-probes.ts';
import { processEnvironments } from '../probes/process-environments.ts';
import type { Core } from '../services/context.ts';
import { EnvImports } from '../services/keys/import/env-imports.ts';
import { settleCreations } from '../services/keys/creation/creation-journal.ts';
import { fingerprintNow } from '../services/keys/key-directory.ts';
import { WindowRuns } from '../services/launches/window-runs.ts';
import { Operations } from '../services/operations.ts';
import { ChosenDefinition } from '../services/platforms/chosen-definition.ts';
import { RateLimitMemory } from '../services/platforms/rate-limit-memory.ts';
import type {
  Clipboard,
  Desktop,
  Documents,
  Launcher,
  PagePrinter,
  SandboxProcess,
} from '../services/ports.ts';
import { DueFeedKeeper } from '../services/reports/due-feed-keeper.ts';
import { resumeRotations } from '../services/rotation/run-rotation.ts';
import { RotationSchedule } from '../services/rotation/scheduled-rotations.ts';
import { RunningWork } from '../services/rotation/running-work.ts';
import { ApprovalDesk } from '../services/runs/approval-desk.ts';
import { createDeployment } from '../services/deployment/create-deployment.ts';
import { GrantBook } from '../services/runs/grants.ts';
import { RunRegister } from '../services/runs/run-register.ts';
import { RunWatches } from '../services/runs/run-watches.ts';
import { readStatus } from '../services/vault/status.ts';
import { ChosenBackup } from '../services/vault/chosen-backup.ts';
import { type LockReason, VaultSession } from '../services/vault/vault-session.ts';
import { createSqliteVaultStore } from '../store/sqlite-vault-store.ts';
import { openVaultFile } from '../vault/vault.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** CLI.md, "unlock": a window is left open on a desk; an agent serves programs that work through the night. */
const AUTO_LOCK = {
  desktop: { idleMs: 10 * MINUTE_MS, maxAgeMs: 12 * HOUR_MS },
  headless: { idleMs: 12 * HOUR_MS, maxAgeMs: 12 * HOUR_MS },
} as const;

export interface ComposeOptions {
  readonly host: 'desktop' | 'headless';
  readonly version: string;
  readonly paths: Paths;
  readonly log: Log;
  readonly keyStore: KeyStore;
  readonly clipboard: Clipboard;
  readonly launcher: Launcher;
  readonly documents: Documents;
  readonly printer: PagePrinter;
  readonly desktop: Desktop;
  readonly sandbox: SandboxProcess;
  /** The vault's keys were wiped; what else held a secret may be cleared now. */
  readonly onLocked?: () => void;
  /** Asked for by a client; must close the server, then call `close`. */
  readonly onShutDown: (why: 'stop' | 'hand_over') => void;
}

export type EventListener = <E extends EventName>(name: E, event: EventOf<E>) => void;

export interface ComposedCore {
  readonly core: Core;
  /** @returns the way to stop listening */
  readonly subscribe: (listener: EventListener) => () => void;
  /** Locks, remembers the generation, gives the vault's process lock up. */
  readonly close: (reason: LockReason) => Promise<void>;
}

/**
 * Puts the core together: the only place that makes adapters. Takes the vault's process lock.
 * @throws {AppError} VAULT_IN_USE where another process has the vault, UNSAFE_LOCATION, READ_ONLY
 */
export function composeCore(options: ComposeOptions): ComposedCore {
  const { host, version, paths, log } = options;
  const listeners = new Set<EventListener>();
  const emit: Core['emit'] = (name, event) => {
    const changed = name === 'dataChanged' ? (event as EventOf<'dataChanged'>).what : undefined;
    if (changed === 'keys') watches.look();
    if (changed === 'keys' || changed === 'environments') dueFeed.changed();
    for (const listener of listeners) listener(name, event);
  };
  const platforms = createPlatformClient();
  const now = (): number => Date.now();
  let wasUnlocked = false;
  const grants = new GrantBook(now);
  const approvals = new ApprovalDesk({
    grants,
    facts: (pid) => processTable.facts(pid),
    now,
    newId: () => randomBytes(9).toString('base64url'),
    onChange: (asked) => emit('approvalsChanged', { approvals: [...asked] }),
  });
  const file = openVaultFile({ store: createSqliteVaultStore({ path: paths.vault }), now, randomBytes });
  const vault = new VaultSession({
    file,
    keyStore: options.keyStore,
    log,
    randomBytes,
    now,
    monotonicNow: () => performance.now(),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    ...AUTO_LOCK[host],
    onChange: (locked) => {
      if (locked !== undefined) {
        grants.clear();
        approvals.clear();
        imports.clear();
        options.onLocked?.();
      } else watches.look();
      const isUnlocked = file.state === 'unlocked';
      // Later: an unlock waits for no platform.
      if (isUnlocked && !wasUnlocked) {
        setImmediate(() => {
          resumeRotations(core);
          settleCreations(core);
        });
        dueFeed.changed();
      }
      wasUnlocked = isUnlocked;
      if (listeners.size === 0) return;
      readStatus(core)
        .then((status) => emit('statusChanged', status))
        .catch((error: unknown) => log.error('status', {}, error));
    },
  });
  const imports = new EnvImports();
  const dueFeed = new DueFeedKeeper(() => core);
  const runs = new RunRegister(processTable);
  const watches = new RunWatches(runs, (id) => fingerprintNow(file.opened, id));
  const deploymentTools = { files: createEnvFiles(), commands: createDeploymentCommands(process.env) };
  const core: Core = {
    host,
    version,
    home: paths.home,
    vault,
    platforms,
    builtinDefinitions: BUILTIN_DEFINITIONS,
    rateLimits: new RateLimitMemory(),
    rotations: new RunningWork((ms, signal) => delay(ms, undefined, { signal })),
    deployment: createDeployment({ ...deploymentTools, holders: watches }),
    deploymentTools,
    grants,
    approvals,
    runs,
    watches,
    windowRuns: new WindowRuns(),
    operations: new Operations((id, progress) =>
      emit('operationProgress', { operation_id: id, ...progress }),
    ),
    processes: processTable,
    networkProbes,
    processEnvironments: processEnvironments(processTable),
    sandbox: options.sandbox,
    clipboard: options.clipboard,
    launcher: options.launcher,
    documents: options.documents,
    printer: options.printer,
    imports,
    chosenBackup: new ChosenBackup(),
    chosenDefinition: new ChosenDefinition(),
    dueFeed,
    desktop: options.desktop,
    log,
    now,
    sleep: (ms) => delay(ms, undefined, { ref: false }),
    randomBytes,
    emit,
    shutDown: options.onShutDown,
  };
  void vault.start();
  const schedule = new RotationSchedule(core);
  schedule.start();
  return {
    core,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async (reason) => {
      schedule.close();
      dueFeed.close();
      await core.rotations.close();
      await vault.close(reason);
      await platforms.close();
    },
  };
}
