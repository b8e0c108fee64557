import type { SessionView } from '../../../../src-shared/contract/views.ts';
import { usage } from '../../arguments/arguments.ts';
import type { Command, CommandContext } from '../../context.ts';
import { relativeAndExact } from '../../arguments/durations.ts';
import { checkPassphrase, MAX_PASSPHRASE_BYTES, readSecret } from '../../prompts/secret-input.ts';
import { renderTable } from '../../output/table.ts';

export const sessionSignIn: Command = async (context) => {
  const { flags, env } = context;
  const email = flags.text('email');
  if (email === undefined) throw usage('--email is missing');
  const platform = flags.text('platform');
  const password = checkPassphrase(
    await readSecret(
      {
        what: 'password',
        flag: '--password-file',
        file: flags.text('password-file'),
        maxBytes: MAX_PASSPHRASE_BYTES,
        prompt: `Password of ${email}: `,
      },
      { noInput: context.noInput },
    ),
    'password',
  );
  try {
    const answer = await context.call('sessions.signIn', {
      email,
      password,
      ...(platform === undefined ? {} : { platform }),
      ...(env === undefined ? {} : { env }),
    });
    context.answer(answer, () => sessionTable([answer.result().session], context));
    return 0;
  } finally {
    password.fill(0);
  }
};

export const sessionList: Command = async (context) => {
  const answer = await context.call('sessions.list', {});
  const { sessions } = answer.result();
  context.answer(answer, () =>
    sessions.length === 0 ? 'nobody is signed in\n' : sessionTable(sessions, context),
  );
  return 0;
};

export const sessionSignOut: Command = async (context) => {
  const { flags, env } = context;
  const platform = flags.text('platform');
  const email = flags.text('email');
  const answer = await context.call('sessions.signOut', {
    ...(platform === undefined ? {} : { platform }),
    ...(email === undefined ? {} : { email }),
    ...(env === undefined ? {} : { env }),
  });
  if (context.isJson) context.printJson(answer.json);
  else
    for (const one of answer.result().sessions) context.say(`${one.email} is signed out of ${one.platform}.`);
  return 0;
};

const sessionTable = (sessions: readonly SessionView[], { paint }: CommandContext): string => {
  const now = Date.now();
  return renderTable<SessionView>(
    [
      { title: 'PLATFORM', cell: ({ platform }) => platform },
      { title: 'ENV', cell: ({ env }) => env ?? 'all' },
      { title: 'WHO', cell: ({ email }) => email },
      { title: 'ACCOUNT', cell: ({ account }) => account ?? 'not named' },
      { title: 'TOKEN', cell: (one) => `refreshed by ${relativeAndExact(one.expires_at, now)}` },
    ],
    sessions,
    (text) => paint('dim', text),
  );
};
