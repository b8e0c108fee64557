// The build that the older Electron of closed networks needs (electron-test-runtime.mjs), in out-test.
import { spawnSync } from 'node:child_process';
import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..', '..', '..');
const outTest = path.join(root, 'out-test');

export const buildForTestRuntime = () => {
  const { status } = spawnSync(
    process.execPath,
    [path.join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js'), 'build'],
    {
      cwd: root,
      env: { ...process.env, KEYMOLT_TEST_RUNTIME: 'electron33' },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  if (status !== 0) throw new Error('the build for the test runtime failed');
  writeFileSync(
    path.join(outTest, 'package.json'),
    JSON.stringify({ name: 'keymolt', type: 'module', main: 'main/index.js' }),
  );
  // The core starts the sandbox platform from beside its own file.
  rmSync(path.join(outTest, 'sandbox'), { recursive: true, force: true });
  symlinkSync(path.join(root, 'out', 'sandbox'), path.join(outTest, 'sandbox'));
};
