import type { Command } from '../../context.ts';
import { readNumber } from '../../arguments/choices.ts';
import { done } from './vault.ts';

export const sandboxStart: Command = async (context) => {
  const port = context.flags.text('port');
  const tier = context.flags.text('tier');
  const answer = await context.call('sandbox.start', {
    ...(port === undefined ? {} : { port: readNumber(port, '--port', { min: 0, max: 65_535 }) }),
    ...(tier === undefined ? {} : { tier }),
  });
  const { base_url: baseUrl, control_url: controlUrl, pid } = answer.result();
  context.answer(
    answer,
    () => `The sandbox platform listens on ${baseUrl} (pid ${pid}).\nFaults and clock: ${controlUrl}\n`,
  );
  return 0;
};

export const sandboxStop: Command = async (context) =>
  done(context, await context.call('sandbox.stop', {}), 'The sandbox platform has ended.');
