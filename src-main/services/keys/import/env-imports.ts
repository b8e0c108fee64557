import type { Secret } from '../../../vault/secret.ts';

/** A value that waits for a person to say whether it is to be kept. */
export interface HeldVariable {
  readonly variable: string;
  readonly value: Secret;
}

interface Held {
  readonly id: string;
  readonly env: string;
  /** Places of the file's variables; those that were taken or refused are gone. */
  readonly variables: Map<number, HeldVariable>;
}

const KEPT_FOR_MS = 10 * 60_000;

/** Values out of a dropped file, between the preview and the choice. One file at a time; wiped when the vault locks. */
export class EnvImports {
  #held: Held | undefined;
  #timer: NodeJS.Timeout | undefined;

  hold(held: Held): void {
    this.clear();
    this.#held = held;
    this.#timer = setTimeout(() => this.clear(), KEPT_FOR_MS);
    this.#timer.unref();
  }

  find(id: string): Held | undefined {
    return this.#held?.id === id ? this.#held : undefined;
  }

  readonly clear = (): void => {
    clearTimeout(this.#timer);
    for (const { value } of this.#held?.variables.values() ?? []) value.wipe();
    this.#held = undefined;
  };
}
