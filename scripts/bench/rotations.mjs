// A full overlap rotation with one .env target through the command line, against the sandbox with 20 ms latency; and
// the pure machine under it, and the calendar of a year.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { callControl } from '../../src-main/sandbox/control-client.ts';
import { findSandbox } from '../../src-main/sandbox/start-sandbox.ts';
import { byDay, dayText, weeksOf } from '../../src-shared/domain/rotation/due-calendar.ts';
import { deadlineOf } from '../../src-shared/domain/rotation/rotation-policy.ts';
import { newPlan, reduceRotation, ROTATION_EVENTS } from '../../src-shared/domain/rotation/rotation-plan.ts';
import { makeHome } from './home.mjs';
import { summary } from './rounds.mjs';

const LATENCY_MS = 20;
const TRANSITIONS = 100_000;
const CALENDAR_KEYS = 10_000;
const DAY_MS = 86_400_000;

export async function rotationFigures(rounds) {
  const home = await makeHome({ keys: 0 });
  try {
    home.keymolt('sandbox', 'start', '--tier', 'forge');
    home.keymolt('key', 'create', 'agent', '--platform', 'sandbox-hosting');
    const file = path.join(home.folder, '.env');
    writeFileSync(file, '# measured\nMOLTBOTDEN_API_KEY=placeholder\n', { mode: 0o600 });
    home.keymolt('deploy', 'add', 'agent', '--dotenv', `${file}#MOLTBOTDEN_API_KEY`);
    const sandbox = await findSandbox(home.env.KEYMOLT_HOME);
    const requests = async () => (await callControl(sandbox, 'GET', '/state')).json.requests.length;
    await callControl(sandbox, 'POST', '/faults', { kind: 'latency', ms: LATENCY_MS, times: 0, path: '/' });
    const own = [];
    const overlaps = [];
    for (let round = 0; round < rounds; round += 1) {
      const before = await requests();
      const startedAt = performance.now();
      const { rotation } = JSON.parse(home.keymolt('rotate', 'start', 'agent', '--json'));
      const tookMs = performance.now() - startedAt;
      own.push(tookMs - ((await requests()) - before) * LATENCY_MS);
      const at = (name) => Date.parse(rotation.steps.find((step) => step.name === name).at);
      overlaps.push(at('confirm') - at('create'));
    }
    if (!/^# measured\nMOLTBOTDEN_API_KEY="?mbd_test_/.test(readFileSync(file, 'utf8')))
      throw new Error('the target did not get the new value');
    return {
      figures: [
        [
          'full overlap rotation, one .env target, beyond the platform’s 20 ms',
          summary(own).median,
          1000,
          'ms',
        ],
        ['overlap of the two keys', summary(overlaps).median, 2000, 'ms'],
        [`rotation machine, ${TRANSITIONS.toLocaleString('en')} transitions`, transitionsMs(), 1000, 'ms'],
        [`a year’s calendar of ${CALENDAR_KEYS.toLocaleString('en')} keys`, calendarMs(), 100, 'ms'],
      ],
    };
  } finally {
    home.keymolt('sandbox', 'stop');
    home.dispose();
  }
}

/** Every event in turn, begun anew when it is over. */
function transitionsMs() {
  let plan = newPlan('overlap');
  const startedAt = performance.now();
  for (let n = 0; n < TRANSITIONS; n += 1) {
    ({ plan } = reduceRotation(plan, ROTATION_EVENTS[(n * 7) % ROTATION_EVENTS.length]));
    if (plan.state === 'done' || plan.state === 'rolled_back' || plan.state === 'failed')
      plan = newPlan(n % 2 === 0 ? 'overlap' : 'cutover');
  }
  return performance.now() - startedAt;
}

/** When each key is due, and every day of twelve months with its keys, as the page draws them. */
function calendarMs() {
  const start = Date.UTC(2026, 0, 1);
  const records = Array.from({ length: CALENDAR_KEYS }, (_, n) => ({
    createdAt: new Date(start + (n % 365) * DAY_MS).toISOString(),
    rotatedAt: null,
    rotateEveryDays: n % 3 === 0 ? 90 : null,
    expiresAt: null,
  }));
  const startedAt = performance.now();
  const keys = records.map((record) => ({
    due_at: new Date(deadlineOf(record, null, record.rotateEveryDays === null).dueAt).toISOString(),
  }));
  const days = byDay(keys, (iso) => {
    const date = new Date(iso);
    return dayText(date.getFullYear(), date.getMonth() + 1, date.getDate());
  });
  let shown = 0;
  for (let month = 1; month <= 12; month += 1)
    for (const { day, isInMonth } of weeksOf(2026, month, 1).flat())
      if (isInMonth) shown += days.get(day)?.length ?? 0;
  const tookMs = performance.now() - startedAt;
  if (shown < CALENDAR_KEYS / 2) throw new Error('the calendar shows too few keys');
  return tookMs;
}
