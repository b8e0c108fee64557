// Loaded into the agent before its program: the name server, the network and the clock of the machine, as a test wants them.
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

const OURS = 'keymolt.test';
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

// Addresses of documentation (RFC 5737, RFC 3849) play hosts elsewhere: these are a front of the test,
const ELSEWHERE = /^(?:198\.51\.100\.|2001:db8:5::)/;
// these swallow whatever is sent to them,
const SILENT = /^203\.0\.113\./;
// and to these there is no way.
const UNREACHABLE = /^2001:db8:6::/;
const ENETUNREACH = -101;

const { TCP } = process.binding('tcp_wrap');
const { connect, connect6 } = TCP.prototype;
const played = (real) =>
  function play(request, address, ...more) {
    if (SILENT.test(address)) return 0;
    if (UNREACHABLE.test(address)) return ENETUNREACH;
    return ELSEWHERE.test(address)
      ? connect.call(this, request, '127.0.0.1', ...more)
      : real.call(this, request, address, ...more);
  };
TCP.prototype.connect = played(connect);
TCP.prototype.connect6 = played(connect6);
