import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DoctorHome, takeTurns } from './doctor-home.ts';
import { type ProgramScenario, programScenarios } from './program-scenario.ts';

/** Each scenario asked of the built program, mended as it says, and asked again. */
export function examineOnProgram(...rungs: readonly string[]): void {
  const doctor = new DoctorHome();
  const inTurn = takeTurns(3);

  beforeAll(() => doctor.start());
  afterAll(async () => {
    const { values, printed, log } = await doctor.stop();
    // SECURITY: whatever was wrong, no command printed a value, and the log has none.
    for (const value of values) {
      const secret = value.slice(-24);
      expect(printed).not.toContain(secret);
      expect(log).not.toContain(secret);
    }
  });

  const examine = async (one: ProgramScenario): Promise<void> => {
    const situation = await doctor.setUp(one);
    try {
      const { view, status } = await doctor.ask(situation);
      const { cause } = view;
      expect({ code: cause?.code ?? null, said: cause?.message }).toMatchObject({ code: one.cause });
      expect(cause?.fix ?? '').toBe(situation.words(one.fix));
      expect(status).toBe(one.cause === null ? 0 : 1);
      if (one.says !== undefined) expect(cause?.message).toContain(situation.words(one.says));
      if (one.sources !== undefined)
        expect(
          view.sources.map(({ kind, match, state, reach }) => `${kind} ${match ?? state} ${reach}`),
        ).toEqual(one.sources);
      if (cause === null) return;
      if (one.then !== undefined) expect(cause.then?.fix).toBe(situation.words(one.then));
      const commands = one.then === undefined ? cause.fix : `${cause.fix}\n${cause.then?.fix ?? ''}`;
      let after = await doctor.mend(situation, commands, one.mend);
      const { next } = one;
      if (next !== undefined) {
        expect(after.view.cause).toMatchObject({ code: next.cause, fix: situation.words(next.fix) });
        after = await doctor.mend(situation, after.view.cause?.fix ?? '', next.mend);
      }
      expect({
        verdict: after.view.verdict,
        cause: after.view.cause?.message,
        said: after.stderr,
      }).toMatchObject({
        verdict: 'healthy',
        cause: undefined,
      });
    } finally {
      await doctor.leave(situation);
    }
  };

  const all = programScenarios(...rungs);
  // The clocks of the machine and of the sandbox are one for all: who moves them is alone.
  const alone = (one: ProgramScenario): boolean =>
    one.aheadMs !== 0 || [...one.control, ...one.mend.control].some(({ call }) => call === '/clock');
  describe.concurrent('with others', () => {
    it.each(all.filter((one) => !alone(one)).map((one) => [one.name, one] as const))('%s', (_name, one) =>
      inTurn(() => examine(one)),
    );
  });
  const some = all.filter(alone);
  if (some.length > 0)
    describe('alone', () => {
      it.each(some.map((one) => [one.name, one] as const))('%s', (_name, one) => examine(one));
    });
}
