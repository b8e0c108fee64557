import type { PlatformDefinition } from '../../../src-shared/domain/platform-definition.ts';
import { denAgent } from './den-agent.ts';

/** The built-in local platform in the shape of the Agent API. Its address is known once it runs. */
export const sandboxAgent: PlatformDefinition = {
  ...denAgent,
  id: 'sandbox-agent',
  name: 'Sandbox (Agent)',
  baseUrl: null,
  undocumented: [],
};
