import type { AppPage } from './app-page.ts';

/**
 * A world beside the page's in its main frame: the same document, and nothing of what the page's scripts have or can reach.
 * @returns the id of its execution context
 */
export const openOwnWorld = async ({ send }: Pick<AppPage, 'send'>, worldName: string): Promise<unknown> => {
  const { frameTree } = await send('Page.getFrameTree');
  const { frame } = frameTree as { readonly frame: { readonly id: string } };
  const { executionContextId } = await send('Page.createIsolatedWorld', { frameId: frame.id, worldName });
  return executionContextId;
};
