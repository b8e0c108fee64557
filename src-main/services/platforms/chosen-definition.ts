import { randomUUID } from 'node:crypto';
import type { PlatformDefinition } from '../../../src-shared/domain/platform-definition.ts';

/**
 * The definition that the person chose in the host's dialog, as it was read then, until it is taken or another one is chosen.
 * SECURITY: a page says which choice it means, never a definition: a page that was taken over must not bring a platform of its
 * own, nor change what was shown (test/contract/window-requests.test.ts).
 */
export class ChosenDefinition {
  #held: { readonly id: string; readonly definition: PlatformDefinition } | undefined;

  /** @returns what the page calls it by */
  hold(definition: PlatformDefinition): string {
    const id = randomUUID();
    this.#held = { id, definition };
    return id;
  }

  find(id: string): PlatformDefinition | undefined {
    return this.#held?.id === id ? this.#held.definition : undefined;
  }

  clear(): void {
    this.#held = undefined;
  }
}
