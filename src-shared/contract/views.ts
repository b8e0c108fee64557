/**
 * What leaves the core, on every face. These shapes are the documented `--json` output, so the window
 * reads the same names as a script. No view has a field for a key's value.
 */

export * from './views/approvals.ts';
export * from './views/audit.ts';
export * from './views/deployments.ts';
export * from './views/doctor.ts';
export * from './views/environments.ts';
export * from './views/keys.ts';
export * from './views/limits.ts';
export * from './views/overview.ts';
export * from './views/platforms.ts';
export * from './views/rotations.ts';
export * from './views/runs.ts';
export * from './views/status.ts';
export * from './views/window.ts';
