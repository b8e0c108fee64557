import { describe, expect, it } from 'vitest';
import { CAUSES } from '../../../src-shared/domain/cause.ts';
import { RUNGS } from '../../../src-shared/domain/diagnosis/candidate.ts';
import { diagnose } from '../../../src-shared/domain/diagnosis/diagnose.ts';
import { factsOf, pureScenarios } from '../../support/doctor-scenario.ts';

const scenarios = pureScenarios();

describe('from facts to one cause', () => {
  it.each(scenarios.map((scenario) => [`${scenario.file}: ${scenario.name}`, scenario] as const))(
    '%s',
    (_name, scenario) => {
      const { cause, verdict, checks, candidates } = diagnose(factsOf(scenario));
      expect({ code: cause?.code ?? null, said: cause?.message }).toMatchObject({ code: scenario.cause });
      if (scenario.fix !== undefined) expect(cause?.fix.command ?? null).toBe(scenario.fix);
      if (scenario.does !== undefined) expect(cause?.fix.does).toContain(scenario.does);
      if (scenario.then !== undefined) expect(cause?.fix.then?.command ?? null).toBe(scenario.then);
      if (scenario.others !== undefined)
        expect(candidates.slice(1).map(({ code }) => code)).toEqual(scenario.others);
      if (scenario.verdict !== undefined) expect(verdict).toBe(scenario.verdict);
      if (scenario.message !== undefined) expect(cause?.message).toContain(scenario.message);
      expect(verdict === 'healthy').toBe(cause === null);
      expect(checks.map(({ id }) => id)).toEqual([...RUNGS]);
      for (const { status, code, fix, evidence } of checks) {
        expect(evidence).not.toBe('');
        // Whatever is found says what to type.
        expect(code === null).toBe(status === 'pass' || status === 'skip');
        expect(fix === null).toBe(code === null);
      }
      // SECURITY: positions and code points are told, the text around them never.
      if (scenario.value !== undefined && scenario.value.length > 16)
        expect(JSON.stringify({ cause, checks })).not.toContain(scenario.value.trim().slice(-12));
    },
  );

  it('knows every cause of the contract', () => {
    const covered = new Set(scenarios.map(({ cause }) => cause));
    expect(CAUSES.filter((cause) => !covered.has(cause))).toEqual([]);
  });

  it('has a name of its own for each', () => {
    const names = scenarios.map(({ file, name }) => `${file} ${name}`);
    expect(new Set(names).size).toBe(names.length);
  });
});
