import { checkBaseUrl, checkEndpointUrl } from '../../src-shared/domain/addresses/base-url.ts';
import type { PlatformDefinition } from '../../src-shared/domain/platform-definition.ts';
import { AppError } from '../../src-shared/errors/app-error.ts';
import { credentialOf } from './credential-header.ts';
import { type ExchangeClock, exchange, SYSTEM_CLOCK } from './exchange.ts';
import { readRefresh, readSignIn, refreshExchange, signInExchange } from './firebase.ts';
import type { CallOptions, PlatformAuth, PlatformClient, PlatformTarget } from './ports.ts';
import { checkRevoked, readAccount, readCreatedKey, readKeyList, readRegeneratedKey } from './read-answer.ts';
import { createTransport, type HttpAnswer, type Transport } from './transport.ts';

type CallName = keyof PlatformDefinition['calls'];

const CALL_NAMES: Readonly<Record<CallName, string>> = {
  whoAmI: 'tells whose a key is',
  create: 'creates a key',
  list: 'lists keys',
  regenerate: 'makes another key in the place of one',
  revoke: 'revokes a key',
};

/** The call as the definition has it. @throws {AppError} BAD_PLATFORM where it has none */
function getCall<Name extends CallName>(
  definition: PlatformDefinition,
  name: Name,
): NonNullable<PlatformDefinition['calls'][Name]> {
  const call = definition.calls[name];
  if (call) return call;
  throw new AppError(
    'BAD_PLATFORM',
    `${definition.name} does not document the call that ${CALL_NAMES[name]}.`,
    'Do it on the platform’s own page, or import a definition that has the path: `keymolt platform import FILE`.',
    { details: { call: name } },
  );
}

/** A PlatformClient over HTTP. Opens nothing before its first call. */
export function createPlatformClient(
  options: Partial<ExchangeClock> = {},
  transport: Transport = createTransport(),
): PlatformClient {
  const clock = { ...SYSTEM_CLOCK, ...options };
  const closing = new AbortController();

  const call = async (
    target: PlatformTarget,
    auth: PlatformAuth,
    wanted: { readonly method: string; readonly path: string; readonly body?: string },
    callOptions: CallOptions,
  ): Promise<{ readonly answer: HttpAnswer; readonly origin: string }> => {
    const { definition } = target;
    // SECURITY: the one place from which a key leaves; checked here whatever was checked before.
    const base = checkBaseUrl(target.baseUrl);
    if (!base.ok) {
      throw new AppError(
        'BAD_URL',
        `The base URL of ${definition.name} ${base.reason}.`,
        `Set another one with \`keymolt platform set ${definition.id} --base-url URL\`.`,
      );
    }
    const { headers, secrets } = credentialOf(definition, auth);
    const { origin } = base;
    const answer = await exchange(
      transport,
      clock,
      {
        definition,
        method: wanted.method,
        url: base.url + wanted.path,
        origin,
        caFile: target.caFile,
        headers: wanted.body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
        ...(wanted.body === undefined ? {} : { body: wanted.body }),
        isSideEffectFree: wanted.method === 'GET',
        secrets,
      },
      callOptions,
      closing.signal,
    );
    return { answer, origin };
  };

  return {
    async whoAmI(target, auth, callOptions = {}) {
      const spec = getCall(target.definition, 'whoAmI');
      const { answer, origin } = await call(target, auth, spec, callOptions);
      return readAccount(target.definition, spec, answer, origin);
    },

    async listKeys(target, auth, callOptions = {}) {
      const spec = getCall(target.definition, 'list');
      const { answer, origin } = await call(target, auth, spec, callOptions);
      return readKeyList(target.definition, spec, answer, origin);
    },

    async createKey(target, auth, { name, description }, callOptions = {}) {
      const spec = getCall(target.definition, 'create');
      const body = JSON.stringify({
        [spec.body.name]: name,
        ...(description === undefined || spec.body.description === null
          ? {}
          : { [spec.body.description]: description }),
      });
      const { answer, origin } = await call(target, auth, { ...spec, body }, callOptions);
      return readCreatedKey(target.definition, spec, answer, origin);
    },

    async regenerateKey(target, auth, callOptions = {}) {
      const spec = getCall(target.definition, 'regenerate');
      const { answer, origin } = await call(target, auth, { ...spec, body: '{}' }, callOptions);
      return readRegeneratedKey(target.definition, spec, answer, origin);
    },

    async revokeKey(target, auth, keyId, callOptions = {}) {
      const spec = getCall(target.definition, 'revoke');
      // SECURITY: an id of dots would climb out of the path and delete something else.
      if (keyId === '' || keyId.length > 200 || /^\.+$/.test(keyId)) {
        throw new AppError(
          'BAD_VALUE',
          'That is no key id of a platform.',
          '`keymolt sync` lists the platform’s ids.',
        );
      }
      const path = spec.path.replace('{key_id}', () => encodeURIComponent(keyId));
      const { answer, origin } = await call(target, auth, { method: spec.method, path }, callOptions);
      checkRevoked(target.definition, keyId, answer, origin);
    },

    async signIn(target, email, password, callOptions = {}) {
      const { definition, caFile } = target;
      const wanted = { ...signInExchange(target, email, password), definition, caFile };
      return readSignIn(await exchange(transport, clock, wanted, callOptions, closing.signal), wanted.origin);
    },

    async refreshSession(target, refreshToken, callOptions = {}) {
      const { definition, caFile } = target;
      const wanted = { ...refreshExchange(target, refreshToken), definition, caFile };
      return readRefresh(
        await exchange(transport, clock, wanted, callOptions, closing.signal),
        wanted.origin,
      );
    },

    async call(target, auth, { method, path }, callOptions = {}) {
      // SECURITY: the path is joined to the base URL, which is checked again as a whole: no other host, no dots.
      const joined = checkEndpointUrl(target.baseUrl + path);
      if (!path.startsWith('/') || path.startsWith('//') || !joined.ok) {
        throw new AppError('BAD_URL', 'That is no path of the platform.', 'Give it as /agents/me.');
      }
      const { answer } = await call(target, auth, { method, path }, { retries: 0, ...callOptions });
      return answer.status;
    },

    async close() {
      closing.abort();
      await transport.close();
    },
  };
}
