import fc from 'fast-check';
import { expect, it } from 'vitest';
import { joinCommand } from '../../../src-renderer/features/launch/run-words.ts';
import { splitCommand } from '../../../src-renderer/features/launch/split-command.ts';

it('writes a command so that it is read back as the same', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 12 }), { minLength: 1, maxLength: 5 }), (argv) => {
      expect(splitCommand(joinCommand(argv))).toEqual({ argv });
    }),
  );
  expect(joinCommand(['node', 'my agent.js', '--once'])).toBe('node "my agent.js" --once');
});
