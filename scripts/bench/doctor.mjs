// The diagnosis and the headroom model, beside what they are made of.
import { performance } from 'node:perf_hooks';
import { KeyHeadroom } from '../../src-shared/domain/headroom.ts';

const UPDATES = 1_000_000;
const KEYS = 100;

/** @returns `{figures: [[what, value, limit, unit]]}` */
export async function doctorFigures({ home }) {
  const figures = [];
  const headroom = new KeyHeadroom();
  const startedAt = performance.now();
  for (let n = 0; n < UPDATES; n += 1) {
    headroom.observe({
      observedAt: n * 10,
      limit: 100,
      remaining: 100 - (n % 100),
      resetsInMs: 60_000,
      retryAfterMs: null,
    });
  }
  figures.push(['1,000,000 header updates', performance.now() - startedAt, 1000, 'ms']);

  home.keymolt('sandbox', 'start', '--tier', 'forge');
  try {
    home.keymolt(
      'key',
      'create',
      'doctored',
      '--platform',
      'sandbox-hosting',
      '-e',
      'dev',
      '--count',
      String(KEYS),
    );
    const doctor = (...args) => {
      const answer = JSON.parse(home.keymolt('doctor', ...args, '--json'));
      if (answer.verdict !== 'healthy') throw new Error(`not healthy: ${JSON.stringify(answer.cause)}`);
      return answer.duration_ms;
    };
    doctor('dev/doctored-001');
    figures.push([
      'the whole ladder, sandbox',
      Math.min(...[1, 2, 3].map(() => doctor('dev/doctored-001'))),
      100,
      'ms',
    ]);
    figures.push([`${KEYS} keys checked`, doctor('-e', 'dev'), 5000, 'ms']);
  } finally {
    home.keymolt('sandbox', 'stop');
  }
  return { figures };
}
