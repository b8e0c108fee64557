import { afterAll, beforeAll, expect } from 'vitest';
import { AgentHome } from './agent-home.ts';

/** Name, value, and what else `key add` is told. */
type KeyToAdd = readonly [name: string, value: string, ...more: string[]];

/**
 * For all tests of a file: a home with an open vault that has these keys. At their end none of the values is in the log,
 * nor in what the home's own commands printed, nor in anything that was heard.
 * @returns the home, and where a test puts what else must not have a value
 */
export function homeWithKeys(...keys: readonly KeyToAdd[]): {
  home: AgentHome;
  hear: (text: string) => void;
} {
  const home = new AgentHome();
  let heard = '';
  beforeAll(async () => {
    await home.init();
    for (const key of keys) await home.addKey(...key);
  });
  afterAll(async () => {
    for (const [, value] of keys) expect(heard + home.printed + home.log).not.toContain(value);
    await home.dispose();
  });
  return { home, hear: (text) => (heard += text) };
}
