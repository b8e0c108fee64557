import type { KeyMetadataInput } from '../../../src-shared/contract/fields.ts';
import type { KeyView } from '../../../src-shared/contract/views.ts';
import { ERROR_CODES, isErrorCode } from '../../../src-shared/errors/codes.ts';
import type { AgentAnswer } from '../../agent/client.ts';
import { usage } from '../arguments.ts';
import { readNumber } from '../choices.ts';
import { confirmByTyping } from '../confirm.ts';
import type { Command, CommandContext } from '../context.ts';
import { readDays, readInstant, relativeAndExact } from '../durations.ts';
import { cancellable } from '../operation.ts';
import { renderFacts } from '../table.ts';
import { checkValue, MAX_VALUE_BYTES, readSecret } from '../secret-input.ts';
import { keyTarget } from '../key-target.ts';
import { printable } from '../terminal.ts';

export const keyAdd: Command = async (context) => {
  const platform = requiredPlatform(context);
  const { key: name, env } = await keyTarget(context, context.argument(0));
  const metadata = readMetadata(context);
  const keyId = context.flags.text('key-id');
  const value = await readValue(context);
  try {
    const answer = await context.call('keys.add', {
      name,
      env,
      platform,
      value,
      ...(keyId === undefined ? {} : { key_id: keyId }),
      metadata,
    });
    return showKey(context, answer);
  } finally {
    value.fill(0);
  }
};

export const keyCreate: Command = async (context) => {
  const platform = requiredPlatform(context);
  const { key: name, env } = await keyTarget(context, context.argument(0));
  const using = context.flags.text('using');
  const count = context.flags.text('count');
  const request = {
    name,
    env,
    platform,
    ...(using === undefined ? {} : { using }),
    ...(count === undefined ? {} : { count: readNumber(count, '--count', { min: 1, max: 200 }) }),
    metadata: readMetadata(context),
  };
  const answer = await cancellable(context, (operation) =>
    context.call('keys.create', { ...request, ...operation }),
  );
  const { keys, failed } = answer.result();
  if (context.isJson)
    context.printJson(count === undefined ? { schema: 1, key: keys[0] ?? null } : answer.json);
  else
    context.print(
      count === undefined
        ? keys.map((key) => keyFacts(key)).join('')
        : [
            ...keys.map((key) => `${key.env}/${key.name}  ${key.prefix}…  ${key.fingerprint}`),
            ...failed.map(
              (one) =>
                `${context.paint('red', 'missing')}  ${one.name}: ${printable(`${one.code}: ${one.message}`)}`,
            ),
            '',
          ].join('\n'),
    );
  const [first] = failed;
  if (first === undefined) return 0;
  context.note(
    `${failed.length} of ${keys.length + failed.length} are missing (${first.code}); ${first.hint}`,
  );
  return isErrorCode(first.code) ? ERROR_CODES[first.code].exit : 1;
};

export const keyShow: Command = async (context) =>
  showKey(context, await context.call('keys.show', await keyTarget(context, context.argument(0))));

export const keyEdit: Command = async (context) => {
  const { flags } = context;
  const metadata = readMetadata(context);
  const keyId = flags.text('key-id');
  const isValueNew = flags.has('value-file');
  if (!isValueNew && keyId === undefined && Object.keys(metadata).length === 0) {
    throw usage('nothing to change: --value-file, --key-id, --owner, …');
  }
  const value = isValueNew ? await readValue(context) : undefined;
  try {
    const answer = await context.call('keys.edit', {
      ...(await keyTarget(context, context.argument(0))),
      ...(value === undefined ? {} : { value }),
      ...(keyId === undefined ? {} : { key_id: keyId === '' ? null : keyId }),
      metadata,
    });
    return showKey(context, answer);
  } finally {
    value?.fill(0);
  }
};

/** Ends with the status of what the platform said. */
export const keyTest: Command = async (context) => {
  const answer = await context.call('keys.test', await keyTarget(context, context.argument(0)));
  showKey(context, answer);
  const outcome = answer.result().key.last_check?.outcome ?? 'ok';
  return isErrorCode(outcome) ? ERROR_CODES[outcome].exit : 0;
};

export const keyRevoke: Command = async (context) => {
  if (context.flags.has('all')) return revokeAll(context);
  if (context.positionals.length === 0) throw usage('NAME is missing, or --all -e ENV');
  if (context.positionals.length > 1) return revokeMany(context);
  const target = await keyTarget(context, context.argument(0));
  await confirmByTyping(context, {
    what: `ends ${target.env}/${target.key} on its platform, for everybody who uses it, and cannot be undone`,
    word: target.key,
  });
  return showKey(context, await context.call('keys.revoke', { ...target, confirm: target.key }));
};

const revokeMany = async (context: CommandContext): Promise<number> => {
  const targets = await Promise.all(context.positionals.map((name) => keyTarget(context, name)));
  const keys = targets.map(({ env, key }) => `${env}/${key}`);
  const word = String(keys.length);
  await confirmByTyping(context, {
    what: `ends ${keys.join(', ')} on their platforms, for everybody who uses them, and cannot be undone`,
    word,
  });
  return showRevoked(
    context,
    await cancellable(context, (operation) =>
      context.call('keys.revokeMany', { keys, confirm: word, ...operation }),
    ),
  );
};

const revokeAll = async (context: CommandContext): Promise<number> => {
  const { env } = context;
  if (env === undefined) throw usage('--all needs the environment: -e ENV');
  if (context.positionals.length > 0) throw usage('give a NAME or --all, not both');
  await confirmByTyping(context, {
    what: `ends every key of ${env} on its platform, and cannot be undone`,
    word: env,
  });
  return showRevoked(
    context,
    await cancellable(context, (operation) =>
      context.call('keys.revokeAll', { env, confirm: env, ...operation }),
    ),
  );
};

const showRevoked = (
  context: CommandContext,
  answer: AgentAnswer<{
    readonly revoked: readonly string[];
    readonly alive: readonly { readonly key: string; readonly why: string }[];
  }>,
): number => {
  const { revoked, alive } = answer.result();
  context.answer(answer, () =>
    [
      ...revoked.map((key) => `revoked  ${key}`),
      ...alive.map(({ key, why }) => `${context.paint('red', 'alive')}    ${key}: ${printable(why)}`),
      '',
    ].join('\n'),
  );
  if (alive.length === 0) return 0;
  if (!context.isJson)
    context.note(
      `${alive.length} of ${alive.length + revoked.length} may still work; the same command again goes on with them`,
    );
  const isCancelled = alive.some(({ why }) => why.startsWith('CANCELLED:'));
  return ERROR_CODES[isCancelled ? 'CANCELLED' : 'STILL_ALIVE'].exit;
};

export const keyForget: Command = async (context) => {
  const target = await keyTarget(context, context.argument(0));
  await confirmByTyping(context, {
    what: `takes ${target.env}/${target.key} out of the vault, and its value with it; on the platform it stays alive`,
    word: target.key,
  });
  const answer = await context.call('keys.forget', { ...target, confirm: target.key });
  context.warnings(answer.result());
  if (context.isJson) context.printJson(answer.json);
  else context.say(`${target.env}/${target.key} is forgotten.`);
  return 0;
};

const requiredPlatform = ({ flags }: CommandContext): string => {
  const platform = flags.text('platform');
  if (platform === undefined) throw usage('--platform is missing; `keymolt platform list` shows them');
  return platform;
};

const readValue = async (context: CommandContext): Promise<Buffer> => {
  const value = await readSecret(
    {
      what: 'value',
      flag: '--value-file',
      file: context.flags.text('value-file'),
      maxBytes: MAX_VALUE_BYTES,
      prompt: 'Key: ',
    },
    { noInput: context.noInput },
  );
  return checkValue(value);
};

const readMetadata = ({ flags }: CommandContext): KeyMetadataInput => {
  const text = (name: 'owner' | 'project' | 'purpose') => {
    const value = flags.text(name);
    return value === undefined ? {} : { [name]: value === '' ? null : value };
  };
  const list = (name: 'scope' | 'cidr', field: 'scopes' | 'cidrs') =>
    flags.has(name) ? { [field]: flags.all(name).filter((entry) => entry !== '') } : {};
  const expires = flags.text('expires');
  const every = flags.text('rotate-every');
  const variable = flags.text('var');
  return {
    ...text('owner'),
    ...text('project'),
    ...text('purpose'),
    ...list('scope', 'scopes'),
    ...list('cidr', 'cidrs'),
    ...(expires === undefined
      ? {}
      : { expires_at: expires === '' ? null : readInstant(expires, '--expires') }),
    ...(every === undefined
      ? {}
      : { rotate_every_days: every === 'off' ? null : readDays(every, '--rotate-every') }),
    ...(variable === undefined ? {} : { var: variable }),
  };
};

const showKey = (
  context: CommandContext,
  answer: {
    readonly json: Buffer;
    readonly result: () => { readonly key: KeyView; readonly warnings: readonly string[] };
  },
): number => {
  const { key, warnings } = answer.result();
  context.warnings({ warnings });
  context.answer(answer, () => keyFacts(key));
  return 0;
};

const keyFacts = (key: KeyView): string => {
  const now = Date.now();
  const time = (at: string | null): string | null => (at === null ? null : relativeAndExact(at, now));
  return renderFacts([
    ['key', `${key.env}/${key.name}`],
    ['damaged', key.damaged ? 'yes: restore it from a backup, or forget it' : null],
    ['status', key.status],
    ['mode', key.mode],
    ['platform', key.platform],
    ['account', key.account],
    ['key id', key.key_id ?? 'not known'],
    ['prefix', `${key.prefix}…`],
    ['fingerprint', key.fingerprint],
    ['variable', key.var],
    ['due', key.status === 'revoked' ? null : `${time(key.due_at) ?? ''}, every ${key.rotate_every_days} d`],
    ['last used', time(key.last_used_at) ?? 'never seen'],
    [
      'last check',
      key.last_check === null
        ? null
        : `${key.last_check.outcome}, ${relativeAndExact(key.last_check.at, now)}`,
    ],
    ['created', time(key.created_at)],
    ['rotated', time(key.rotated_at)],
    ['expires', time(key.expires_at)],
    ['owner', key.owner],
    ['project', key.project],
    ['purpose', key.purpose],
    ['scopes', key.scopes.join(', ')],
    ['addresses', key.cidrs.join(', ')],
  ]);
};

/** Takes the keys out of a .env file. Says what was taken and what not, by name. */
export const importEnvFile: Command = async (context) => {
  const { takeKeys } = await import('../import-env.ts');
  return takeKeys(context, context.argument(0));
};
