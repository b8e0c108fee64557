import type { PlatformDefinition } from '../../../src-shared/domain/platform-definition.ts';
import { denAgent } from './den-agent.ts';
import { denHosting } from './den-hosting.ts';
import { moltbook } from './moltbook.ts';
import { moltbot } from './moltbot.ts';
import { sandboxAgent } from './sandbox-agent.ts';
import { sandboxHosting } from './sandbox-hosting.ts';

/** Every platform that Keymolt knows without an import, in the order a person sees them. */
export const BUILTIN_DEFINITIONS: readonly PlatformDefinition[] = [
  denHosting,
  denAgent,
  moltbot,
  moltbook,
  sandboxHosting,
  sandboxAgent,
];
