import type { ChannelName } from '../../../src-shared/contract/channels.ts';
import type {
  ApprovalView,
  DeploymentView,
  DesktopSettingsView,
  EnvironmentView,
  KeyTablePreferences,
  KeyView,
  LaunchProfileView,
  PlatformView,
  RotationPlanView,
  RotationView,
  SessionView,
  StatusView,
  WindowRunView,
} from '../../../src-shared/contract/views.ts';
import type { Place } from '../../../src-shared/domain/place.ts';
import type { ErrorCode } from '../../../src-shared/errors/codes.ts';

/** How the fake core begins and misbehaves. Plain data: it goes into the page as JSON. */
export interface Scenario {
  readonly status?: Partial<StatusView>;
  readonly keys?: number;
  /** Only what differs from an ordinary environment, by name. */
  readonly environments?: Readonly<Record<string, Partial<EnvironmentView>>>;
  /** Only what differs from what a platform is as documented, by id. */
  readonly platforms?: Readonly<Record<string, Partial<PlatformView>>>;
  /** The dry run of automatic rotation. */
  readonly plan?: RotationPlanView['runs'][number];
  /** The generated ones have names of 200 characters, and owners of 300. */
  readonly longNames?: boolean;
  /** Keys of its own beside the generated ones; only what differs from an ordinary key. */
  readonly extraKeys?: readonly (Partial<KeyView> & { readonly name: string })[];
  /** Channels that answer with an error. */
  readonly fails?: Readonly<Partial<Record<ChannelName, { code: ErrorCode; message: string; hint: string }>>>;
  /** Channels that take this long, in milliseconds; -1: they never answer. */
  readonly slow?: Readonly<Partial<Record<ChannelName, number>>>;
  /** The list of keys never comes, but for its beginning. */
  readonly onlyFirstKeys?: boolean;
  /** Channels whose call is lost: the promise rejects. */
  readonly lost?: readonly ChannelName[];
  /** What programs wait for; only what differs from an ordinary question. */
  readonly approvals?: readonly Partial<ApprovalView>[];
  /** The first answer comes too late: a key was added to the question. */
  readonly approvalGrows?: boolean;
  /** The vault is created, and its recovery code is lost on the way. */
  readonly losesRecoveryCode?: boolean;
  /** Warnings that `keys.add` answers with. */
  readonly warnings?: readonly string[];
  /** Where keys are used; only what differs from a line of a .env file. */
  readonly targets?: readonly Partial<DeploymentView>[];
  readonly windowRuns?: readonly WindowRunView[];
  readonly profiles?: readonly LaunchProfileView[];
  /** Who is signed in; only what differs from an ordinary session. */
  readonly sessions?: readonly Partial<SessionView>[];
  /** No key is there to ask with: what creates one needs a session. */
  readonly createNeedsSession?: boolean;
  /**
   * What is in the files that a person chooses as definitions, one after the other: a text, or what differs from MoltbotDen
   * Hosting’s; null: they change their mind.
   */
  readonly definitions?: readonly (string | Readonly<Record<string, unknown>> | null)[];
  readonly auditEntries?: number;
  readonly rotations?: readonly Partial<RotationView>[];
  readonly keyTable?: KeyTablePreferences;
  /** Where the window is asked to be. */
  readonly place?: Place;
  /** What this host can be set to; nothing where nothing is named. */
  readonly desktop?: Partial<Omit<DesktopSettingsView, 'schema'>>;
  /** What the page's clock says, for pictures that are to be the same each day. ISO 8601. */
  readonly now?: string;
}
