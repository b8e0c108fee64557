import { randomUUID } from 'node:crypto';

/**
 * The backup that the person chose in the host's dialog, until it is put back or another one is chosen.
 * SECURITY: a page says which choice it means, never a path: a page that was taken over must not put a file of its choice in
 * the vault's place (test/contract/window-requests.test.ts).
 */
export class ChosenBackup {
  #held: { readonly id: string; readonly path: string } | undefined;

  /** @returns what the page calls it by */
  hold(path: string): string {
    const id = randomUUID();
    this.#held = { id, path };
    return id;
  }

  find(id: string): string | undefined {
    return this.#held?.id === id ? this.#held.path : undefined;
  }

  clear(): void {
    this.#held = undefined;
  }
}
