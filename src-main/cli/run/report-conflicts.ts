import type { Conflict } from '../../run/build-child-env.ts';
import type { CommandContext } from '../context.ts';

/** Says on stderr which inherited variables differ from the vault's: one line, with names and fingerprints only. */
export const reportConflicts = async (
  context: CommandContext,
  conflicts: readonly Conflict[],
): Promise<void> => {
  if (conflicts.length === 0 || context.flags.has('quiet')) return;
  const parts: string[] = [];
  for (const { injected, inheritedValue, winner } of conflicts) {
    const inherited = await fingerprintOf(context, inheritedValue);
    parts.push(
      `${injected.variable}: ${winner === 'vault' ? 'the vault wins' : 'the inherited value wins'} (vault ${injected.key} ${injected.fingerprint}, inherited ${inherited})`,
    );
  }
  context.note(parts.join('; '));
};

const fingerprintOf = async (context: CommandContext, value: string): Promise<string> => {
  try {
    const answer = await context.call(
      'secrets.fingerprint',
      { value: Buffer.from(value, 'utf8') },
      { mayUnlock: false },
    );
    return answer.result().fingerprint;
  } catch {
    // Too long for a key's value, say. The line is a remark: the run does not fail for it.
    return 'of another kind';
  }
};
