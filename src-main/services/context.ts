import type { EventName, EventOf } from '../../src-shared/contract/events.ts';
import type { Face } from '../../src-shared/contract/method.ts';
import type { PlatformDefinition } from '../../src-shared/domain/platform-definition.ts';
import type { DeploymentCommands, EnvFiles } from '../deployment/ports.ts';
import type { Log } from '../log/ports.ts';
import type { PlatformClient } from '../platforms/ports.ts';
import type { Secret } from '../vault/secret.ts';
import type {
  CallerProcess,
  Clipboard,
  Desktop,
  Documents,
  Launcher,
  PagePrinter,
  ProcessTable,
  SandboxProcess,
} from './ports.ts';
import type { NetworkProbes, ProcessEnvironments } from './doctor/ports.ts';
import type { EnvImports } from './keys/import/env-imports.ts';
import type { WindowRuns } from './launches/window-runs.ts';
import type { Operations } from './operations.ts';
import type { ChosenDefinition } from './platforms/chosen-definition.ts';
import type { RateLimitMemory } from './platforms/rate-limit-memory.ts';
import type { DueFeed } from './reports/ports.ts';
import type { Deployment } from './rotation/deployment-port.ts';
import type { RunningWork } from './rotation/running-work.ts';
import type { ApprovalDesk } from './runs/approval-desk.ts';
import type { GrantBook } from './runs/grants.ts';
import type { RunRegister } from './runs/run-register.ts';
import type { RunWatches } from './runs/run-watches.ts';
import type { ChosenBackup } from './vault/chosen-backup.ts';
import type { VaultSession } from './vault/vault-session.ts';

/** One request on its way through: who asks, and how to answer beside the result. */
export interface Call {
  readonly face: Face;
  /** For the audit log: `window`, `cli pid 4711`. */
  readonly actor: string;
  /** null for the window, and where the kernel doesn't tell. */
  readonly process: CallerProcess | null;
  readonly signal: AbortSignal;
  /** Sends secret bytes beside the result; only for methods that the contract says hand out secrets. */
  attach(name: string, value: Secret): void;
}

/** Everything a use case may touch. Built once, in app/compose.ts. */
export interface Core {
  readonly host: 'desktop' | 'headless';
  readonly version: string;
  readonly home: string;
  readonly vault: VaultSession;
  readonly platforms: PlatformClient;
  readonly builtinDefinitions: readonly PlatformDefinition[];
  readonly rateLimits: RateLimitMemory;
  /** Where keys are used, and how a new value gets there. */
  readonly deployment: Deployment;
  /** The rotations that this process is at. */
  readonly rotations: RunningWork;
  readonly deploymentTools: { readonly files: EnvFiles; readonly commands: DeploymentCommands };
  readonly grants: GrantBook;
  readonly approvals: ApprovalDesk;
  readonly runs: RunRegister;
  readonly watches: RunWatches;
  /** The commands that were started from a window. */
  readonly windowRuns: WindowRuns;
  readonly operations: Operations;
  readonly processes: ProcessTable;
  readonly networkProbes: NetworkProbes;
  readonly processEnvironments: ProcessEnvironments;
  readonly sandbox: SandboxProcess;
  readonly clipboard: Clipboard;
  readonly launcher: Launcher;
  readonly documents: Documents;
  readonly printer: PagePrinter;
  /** Files of variables that wait for a person to choose from them. */
  readonly imports: EnvImports;
  /** The backup that a person is about to put back. */
  readonly chosenBackup: ChosenBackup;
  readonly chosenDefinition: ChosenDefinition;
  readonly dueFeed: DueFeed;
  readonly desktop: Desktop;
  readonly log: Log;
  /** Epoch ms. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly randomBytes: (length: number) => Buffer;
  readonly emit: <E extends EventName>(name: E, event: EventOf<E>) => void;
  /** Ends this process once the answer is out. */
  readonly shutDown: (why: 'stop' | 'hand_over') => void;
}
