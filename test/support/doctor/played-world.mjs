// Loaded into the agent before its program: the name server and the clock of the machine, as a test wants them.
import dns from 'node:dns';
import { readFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers';

const file = process.env['KEYMOLT_TEST_WORLD'] ?? '';
const READ_EVERY_MS = 20;
let world = { names: {}, aheadMs: 0 };
let readAt = Number.NEGATIVE_INFINITY;

function look() {
  const now = performance.now();
  if (now - readAt < READ_EVERY_MS) return world;
  readAt = now;
  try {
    world = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    // Half written: what was read before holds a little longer.
  }
  return world;
}

const realNow = Date.now.bind(Date);
Date.now = () => realNow() + look().aheadMs;

const OURS = '.keymolt.test';
const failure = (code, host) =>
  Object.assign(new Error(`getaddrinfo ${code} ${host}`), { code, syscall: 'getaddrinfo', hostname: host });

/** `NXDOMAIN`, `silence`, or addresses. A name that nobody told of does not exist. */
function answerOf(host, give) {
  const said = look().names[host] ?? 'NXDOMAIN';
  if (said === 'silence') return;
  if (said === 'NXDOMAIN') setImmediate(give, failure('ENOTFOUND', host));
  else
    setImmediate(
      give,
      null,
      said.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
}

const realLookup = dns.lookup;
dns.lookup = (host, options, callback) => {
  const give = callback ?? options;
  if (!host.endsWith(OURS)) return realLookup(host, options, callback);
  const all = typeof options === 'object' && options.all === true;
  answerOf(host, (error, addresses) => {
    if (error !== null) give(error);
    else if (all) give(null, addresses);
    else give(null, addresses[0].address, addresses[0].family);
  });
  return {};
};
const realPromise = dns.promises.lookup;
dns.promises.lookup = (host, options) =>
  host.endsWith(OURS)
    ? new Promise((resolve, reject) =>
        answerOf(host, (error, addresses) =>
          error === null ? resolve(options?.all === true ? addresses : addresses[0]) : reject(error),
        ),
      )
    : realPromise(host, options);
syncBuiltinESMExports();
