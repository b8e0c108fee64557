import { FEED_BEGINNING, type FeedKey, toDueFeed } from '../../../src-shared/domain/rotation/due-feed.ts';
import { deadlineOf } from '../../../src-shared/domain/rotation/rotation-policy.ts';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { OpenVault } from '../../vault/ports.ts';
import type { Core } from '../context.ts';
import { deploymentsOf } from '../deployment/deployment-records.ts';
import { environmentsOf, keysOf } from '../keys/key-directory.ts';
import { preferencesOf } from '../preferences/preferences.ts';
import type { DueFeed, DueFeedState } from './ports.ts';

const GATHER_MS = 500;

/**
 * Keeps the calendar of due dates fresh while the vault is open. It holds dates, and names where the person wants them:
 * no value, no prefix, no fingerprint.
 */
export class DueFeedKeeper implements DueFeed {
  readonly #core: () => Pick<Core, 'vault' | 'documents' | 'log' | 'now'>;
  #state: DueFeedState = { writtenAt: null, problem: null };
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(core: () => Pick<Core, 'vault' | 'documents' | 'log' | 'now'>) {
    this.#core = core;
  }

  get state(): DueFeedState {
    return this.#state;
  }

  readonly changed = (): void => {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => void this.writeNow(), GATHER_MS);
    this.#timer.unref();
  };

  /** One after the other: an older state must not come to lie over a newer one. */
  readonly writeNow = (): Promise<void> => {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  };

  readonly close = (): void => clearTimeout(this.#timer);

  async #write(): Promise<void> {
    const { vault, documents, log, now } = this.#core();
    const open = vault.file.opened;
    if (open === undefined) return;
    try {
      const { dueFeed } = preferencesOf(open);
      if (dueFeed === null) {
        this.#state = { writtenAt: null, problem: null };
        return;
      }
      const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
      const text = toDueFeed(feedKeysOf(open), { withNames: dueFeed.withNames, timeZone });
      await documents.keepFresh(dueFeed.path, FEED_BEGINNING, Buffer.from(text, 'utf8'));
      this.#state = { writtenAt: new Date(now()).toISOString(), problem: null };
    } catch (error) {
      // Nothing waits for it, and a full disk must not keep a key from being rotated: the window shows what went wrong.
      if (!(error instanceof AppError)) log.error('due_feed.write', {}, error);
      const { code, message, hint } =
        error instanceof AppError
          ? error
          : new AppError('STORAGE_FAILED', 'The calendar could not be written.', 'The log tells more.');
      this.#state = { ...this.#state, problem: { code, message, hint } };
    }
  }
}

function feedKeysOf(vault: OpenVault): FeedKey[] {
  const environments = new Map(environmentsOf(vault).map(({ id, meta }) => [id as string, meta]));
  const automatic = new Set(deploymentsOf(vault).map(({ meta }) => meta.keyId));
  return keysOf(vault).flatMap(({ id, meta, environmentId }) => {
    const environment = environments.get(environmentId ?? '');
    if (environment === undefined) return [];
    const { dueAt } = deadlineOf(meta, environment.rotateEveryDays, automatic.has(id));
    return [
      {
        id,
        name: meta.name,
        env: environment.name,
        isLive: environment.kind === 'live',
        owner: meta.owner,
        project: meta.project,
        status: meta.status,
        changedAt: meta.rotatedAt ?? meta.createdAt,
        dueAt: new Date(dueAt).toISOString(),
        expiresAt: meta.expiresAt,
      },
    ];
  });
}
