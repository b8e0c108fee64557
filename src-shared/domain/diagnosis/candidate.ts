import type { Cause } from '../cause.ts';

/** The rungs of the ladder, in the order in which a person mends. PLATFORMS.md, "The diagnosis ladder". */
export const RUNGS = [
  'key.text',
  'env.source',
  'net.dns',
  'net.tcp',
  'net.proxy',
  'net.tls',
  'net.clock',
  'net.http',
  'auth.who_am_i',
  'account.status',
  'key.status',
  'scope.call',
  'ip.allow_list',
  'rate.limits',
  'hygiene.key',
] as const;
export type Rung = (typeof RUNGS)[number];

/** A change that can be made at once, where a person agrees; without values. */
export type Repair =
  | { readonly kind: 'clean_value' }
  | { readonly kind: 'clean_file'; readonly file: string; readonly variable: string }
  | {
      readonly kind: 'replace_in_file';
      readonly file: string;
      readonly variable: string;
      readonly key: string;
    }
  | {
      readonly kind: 'set_base_in_file';
      readonly file: string;
      readonly variable: string;
      readonly url: string;
    }
  | {
      readonly kind: 'start_rotation';
      readonly key: string;
      /** The old value is dead: another credential of the account asks for the new one. */
      readonly lost: boolean;
    }
  | {
      readonly kind: 'set_base_url';
      readonly platform: string;
      readonly url: string;
      /** Only for this environment. */
      readonly env?: string;
    };

/** A command, and what it does in half a sentence; empty where the command says so itself. */
export interface Step {
  readonly command: string;
  readonly does: string;
}

export interface Fix {
  /** The exact command. */
  readonly command: string;
  /** What `--fix` does by itself; null where a person has to. */
  readonly repair: Repair | null;
  /** What the command does, or what a person has to do for it, in half a sentence. */
  readonly does?: string;
  /** `env/name` of the key that has another value afterwards: what uses the old one has to get it. */
  readonly renews?: string;
  /** What is left to do where one command is not enough. */
  readonly then?: Step;
}

export const CONFIDENCES = ['certain', 'likely', 'possible'] as const;
export type Confidence = (typeof CONFIDENCES)[number];

export interface Candidate {
  readonly code: Cause;
  readonly rung: Rung;
  /** `warn`: it works, and something should be done all the same. */
  readonly severity: 'fail' | 'warn';
  readonly confidence: Confidence;
  /** One sentence. */
  readonly message: string;
  readonly fix: Fix;
  /** What would tell this from the next candidate; empty where nothing needs telling. */
  readonly tellApart: string;
}

export const command = (text: string, more: Omit<Fix, 'command' | 'repair'> = {}): Fix => ({
  command: text,
  repair: null,
  ...more,
});

/** A word as a POSIX shell takes it unchanged. */
export const shellWord = (text: string): string =>
  /^[A-Za-z0-9_@%+=:,./~-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
