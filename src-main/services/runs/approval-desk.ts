import type { ApprovalDecision, ApprovalView } from '../../../src-shared/contract/views.ts';
import { printable } from '../../../src-shared/domain/printable.ts';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { EnvironmentRecord } from '../keys/key-directory.ts';
import type { CallerProcess, ProcessFacts } from '../ports.ts';
import { type GrantBook, type GrantHolder, holderOf } from './grants.ts';

export interface ApprovalDeskOptions {
  readonly grants: GrantBook;
  readonly facts: (pid: number) => ProcessFacts | undefined;
  /** Epoch ms. */
  readonly now: () => number;
  readonly newId: () => string;
  /** Called after every change of what is asked. */
  readonly onChange: (asked: readonly ApprovalView[]) => void;
}

export interface ApprovalWish {
  readonly caller: CallerProcess | null;
  readonly environment: EnvironmentRecord;
  /** `env/name` of each key that is wanted. */
  readonly keys: readonly string[];
  readonly purpose: ApprovalView['purpose'];
  /** The command that is to be started, where one is. */
  readonly command: string | null;
  /** The caller has gone. */
  readonly signal: AbortSignal;
}

export const APPROVAL_WAIT_MS = 60_000;
const EIGHT_HOURS_MS = 8 * 3_600_000;
/** Whoever was refused is not asked about again so soon: programs that start in a bunch ask one after the other. */
const REFUSAL_HOLDS_MS = 10_000;
const MOST_ASKED = 20;
const MOST_KEYS_SHOWN = 50;

interface Waiter {
  readonly settle: (refusal: AppError | undefined) => void;
}

interface Asked {
  readonly id: string;
  readonly subject: string;
  readonly holder: GrantHolder;
  readonly environment: EnvironmentRecord;
  readonly keys: Set<string>;
  readonly waiters: Set<Waiter>;
  readonly wish: ApprovalWish;
  readonly askedAt: number;
  /** Grows with what is shown: an answer is for what the person saw. */
  revision: number;
}

/**
 * Requests for keys that wait for a person at the window. What comes from one process tree for one environment is one
 * question, however many requests there are; its answer goes to all of them.
 */
export class ApprovalDesk {
  readonly #options: ApprovalDeskOptions;
  readonly #asked = new Map<string, Asked>();
  readonly #refusedAt = new Map<string, number>();
  #isAttended = false;

  constructor(options: ApprovalDeskOptions) {
    this.#options = options;
  }

  /** A page is there, and shows what is asked. */
  attend(): readonly ApprovalView[] {
    this.#isAttended = true;
    return this.list();
  }

  /** Whether there is a page to ask on. */
  get isAttended(): boolean {
    return this.#isAttended;
  }

  list(): readonly ApprovalView[] {
    return [...this.#asked.values()].map((asked) => this.#view(asked));
  }

  /**
   * Waits for the answer of the person at the window.
   * @throws {AppError} APPROVAL_DENIED, APPROVAL_REQUIRED when nobody answers in time, CANCELLED, VAULT_LOCKED
   */
  ask(wish: ApprovalWish): Promise<void> {
    const { caller, environment } = wish;
    const root = caller === null ? undefined : this.#rootOf(caller);
    const holder = holderOf(caller, root);
    const subject = `${environment.id} ${JSON.stringify(holder)}`;
    const refusedAt = this.#refusedAt.get(subject) ?? -Infinity;
    if (this.#options.now() - refusedAt < REFUSAL_HOLDS_MS) return Promise.reject(denied(environment));
    if (wish.signal.aborted) return Promise.reject(cancelled());
    const asked =
      [...this.#asked.values()].find((one) => one.subject === subject) ?? this.#open(wish, holder, subject);
    if (asked === undefined)
      return Promise.reject(unanswered(environment, 'Too much is being asked there already.'));
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        clearTimeout(timer);
        wish.signal.removeEventListener('abort', gone);
        asked.waiters.delete(waiter);
      };
      const waiter: Waiter = {
        settle: (refusal) => {
          leave();
          if (refusal === undefined) resolve();
          else reject(refusal);
        },
      };
      const giveUp = (error: AppError): void => {
        waiter.settle(error);
        if (asked.waiters.size === 0) this.#asked.delete(asked.id);
        this.#changed();
      };
      const gone = (): void => giveUp(cancelled());
      const timer = setTimeout(
        () =>
          giveUp(
            unanswered(
              environment,
              `Nobody answered in the Keymolt window within ${APPROVAL_WAIT_MS / 1000} s.`,
            ),
          ),
        APPROVAL_WAIT_MS,
      );
      timer.unref();
      wish.signal.addEventListener('abort', gone);
      asked.waiters.add(waiter);
      const before = asked.keys.size;
      for (const key of wish.keys) asked.keys.add(key);
      // SECURITY: a key that joins after the person looked is not allowed by a click that was meant for the others.
      if (asked.keys.size !== before) asked.revision += 1;
      this.#changed();
    });
  }

  /**
   * @returns what was decided about, for the audit log
   * @throws {AppError} NOT_FOUND when it is no longer asked; REFUSED when something was added since it was shown
   */
  answer(id: string, revision: number, decision: ApprovalDecision): { readonly view: ApprovalView } {
    const asked = this.#asked.get(id);
    if (asked === undefined)
      throw new AppError('NOT_FOUND', 'Nobody waits for this answer any longer.', 'Start the command again.');
    const view = this.#view(asked);
    if (asked.revision !== revision)
      throw new AppError('REFUSED', 'More was asked for meanwhile.', 'Look at it again, then answer.');
    this.#asked.delete(id);
    const { grants, now } = this.#options;
    if (decision === 'deny') this.#refusedAt.set(asked.subject, now());
    else if (decision !== 'once') {
      const until = decision === 'hours' ? now() + EIGHT_HOURS_MS : Infinity;
      grants.grantTo(asked.holder, asked.environment.id, until);
    }
    const refusal = decision === 'deny' ? denied(asked.environment) : undefined;
    for (const waiter of [...asked.waiters]) waiter.settle(refusal);
    this.#changed();
    return { view };
  }

  /** On lock, and when the process ends: nothing is handed out, so nothing is asked. */
  clear(): void {
    const all = [...this.#asked.values()];
    this.#asked.clear();
    this.#refusedAt.clear();
    const locked = new AppError('VAULT_LOCKED', 'The vault was locked.', 'Unlock it with `keymolt unlock`.');
    for (const { waiters } of all) for (const waiter of [...waiters]) waiter.settle(locked);
    if (all.length > 0) this.#changed();
  }

  #open(wish: ApprovalWish, holder: GrantHolder, subject: string): Asked | undefined {
    if (this.#asked.size >= MOST_ASKED) return undefined;
    const asked: Asked = {
      id: this.#options.newId(),
      subject,
      holder,
      environment: wish.environment,
      keys: new Set(),
      waiters: new Set(),
      wish,
      askedAt: this.#options.now(),
      revision: 0,
    };
    this.#asked.set(asked.id, asked);
    return asked;
  }

  #changed(): void {
    this.#options.onChange(this.list());
  }

  /**
   * The process that "this tree" means: the nearest one above the caller that is no shell. Programs start a shell of
   * its own for each command, and a grant for that one would be over as soon as it was given.
   */
  #rootOf(caller: CallerProcess): { readonly pid: number; readonly startTicks: number } | undefined {
    const own = this.#options.facts(caller.pid)?.uid;
    let root = caller.ancestors[0];
    for (const ancestor of caller.ancestors) {
      const facts = this.#options.facts(ancestor.pid);
      // Init, or somebody else's service, stands for everything that it starts.
      if (ancestor.pid === 1 || facts === undefined || facts.uid !== own) break;
      root = ancestor;
      if (!SHELLS.has(facts.name)) break;
    }
    return root;
  }

  #view({ id, revision, holder, environment, keys, waiters, wish, askedAt }: Asked): ApprovalView {
    const { facts } = this.#options;
    const of = (pid: number | undefined): ApprovalView['process'] => {
      const found = pid === undefined ? undefined : facts(pid);
      if (pid === undefined || found === undefined) return null;
      return { pid, name: shown(found.name, 64), cwd: found.cwd === null ? null : shown(found.cwd, 300) };
    };
    const pid = wish.caller?.pid;
    const all = [...keys].sort();
    return {
      id,
      revision,
      env: environment.meta.name,
      kind: environment.meta.kind,
      purpose: wish.purpose,
      command: wish.command === null ? null : shown(wish.command, 100),
      process: of(pid),
      parent: of(wish.caller?.ancestors[0]?.pid),
      tree: holder.to === 'tree' ? of(holder.pid) : null,
      is_terminal: holder.to === 'session',
      keys: all.slice(0, MOST_KEYS_SHOWN),
      more_keys: Math.max(0, all.length - MOST_KEYS_SHOWN),
      requests: waiters.size,
      expires_at: new Date(askedAt + APPROVAL_WAIT_MS).toISOString(),
    };
  }
}

const SHELLS = new Set('sh bash dash zsh fish ksh ash env timeout nohup setsid'.split(' '));

/** SECURITY: a process names itself and chooses its folder; neither may forge what stands around it. */
const shown = (text: string, length: number): string => {
  const safe = printable(text);
  return safe.length > length ? `${safe.slice(0, length)}…` : safe;
};

const denied = ({ meta }: EnvironmentRecord): AppError =>
  new AppError(
    'APPROVAL_DENIED',
    `Keys of ${meta.name} were refused in the Keymolt window.`,
    'Start it again after a moment to be asked again.',
  );

const unanswered = ({ meta }: EnvironmentRecord, why: string): AppError =>
  new AppError(
    'APPROVAL_REQUIRED',
    `Keys of ${meta.name} are handed out after approval only. ${why}`,
    'Start it again and answer there, or run `keymolt unlock` here.',
  );

const cancelled = (): AppError => new AppError('CANCELLED', 'The one who asked has gone.', '');
