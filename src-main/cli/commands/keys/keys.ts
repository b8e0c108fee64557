import type { KeyMetadataInput } from '../../../../src-shared/contract/fields.ts';
import { ERROR_CODES, isErrorCode } from '../../../../src-shared/errors/codes.ts';
import { usage } from '../../arguments/arguments.ts';
import { readNumber } from '../../arguments/choices.ts';
import type { Command, CommandContext } from '../../context.ts';
import { readDays, readInstant } from '../../arguments/durations.ts';
import { keyTarget } from '../../arguments/key-target.ts';
import { cancellable } from '../../operation.ts';
import { checkValue, MAX_VALUE_BYTES, readSecret } from '../../prompts/secret-input.ts';
import { printable } from '../../prompts/terminal.ts';
import { keyFacts, showKey } from './show-key.ts';

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

/** Takes the keys out of a .env file. Says what was taken and what not, by name. */
export const importEnvFile: Command = async (context) => {
  const { takeKeys } = await import('../../import-env.ts');
  return takeKeys(context, context.argument(0));
};
