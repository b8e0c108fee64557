import type { Handlers } from '../handler.ts';
import { desktopHandlers } from './desktop.ts';
import { deploymentHandlers } from './deployments.ts';
import { keyHandlers } from './keys.ts';
import { launchHandlers } from './launches.ts';
import { platformHandlers } from './platforms.ts';
import { rotationHandlers } from './rotations.ts';
import { runHandlers } from './runs.ts';
import { sessionHandlers } from './sessions.ts';
import { vaultHandlers } from './vault.ts';
import { windowHandlers } from './window.ts';

export const handlers: Handlers = {
  ...vaultHandlers,
  ...keyHandlers,
  ...deploymentHandlers,
  ...sessionHandlers,
  ...platformHandlers,
  ...rotationHandlers,
  ...runHandlers,
  ...launchHandlers,
  ...windowHandlers,
  ...desktopHandlers,
};
