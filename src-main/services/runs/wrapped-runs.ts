import type { RequestOf, ResponseOf } from '../../../src-shared/contract/channels.ts';
import type { Call, Core } from '../context.ts';

/** News for a command that `keymolt run --watch` started. */
export async function watchRun(
  core: Core,
  call: Call,
  request: RequestOf<'runs.watch'>,
): Promise<ResponseOf<'runs.watch'>> {
  const news = await core.watches.wait(request.run_id, call.signal);
  return { schema: 1, news: news.what, changed: news.what === 'restart' ? [...news.keys] : [] };
}

/** A command that `keymolt run` started has ended. */
export function endRun(core: Core, request: RequestOf<'runs.ended'>): ResponseOf<'runs.ended'> {
  core.runs.end(request.run_id);
  core.emit('dataChanged', { what: 'runs' });
  return { schema: 1, warnings: [] };
}
