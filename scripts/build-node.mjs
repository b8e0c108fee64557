// Builds what runs on plain Node: the command line, the agent and the sandbox platform.
import { existsSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { rolldown } from 'rolldown';

const root = path.join(import.meta.dirname, '..');
const out = path.join(root, 'out');
const isPackage = (id) => !id.startsWith('.') && !path.isAbsolute(id);

const build = async ({ input, output, external }) => {
  const bundle = await rolldown({
    input: path.join(root, input),
    external,
    platform: 'node',
    cwd: root,
    treeshake: { moduleSideEffects: false },
    logLevel: 'warn',
  });
  await bundle.write({ sourcemap: false, ...output });
  await bundle.close();
};

// The command line starts in the time that Node needs to start, so it is CommonJS, one small file, and no package at all.
const buildCli = async () => {
  await build({
    input: 'src-main/cli/entry.ts',
    external: (id) => {
      if (isPackage(id) && !id.startsWith('node:'))
        throw new Error(`the command line must not load the package ${id}`);
      return id.startsWith('node:');
    },
    output: {
      dir: path.join(out, 'cli'),
      format: 'cjs',
      entryFileNames: 'program.cjs',
      chunkFileNames: '[name].cjs',
      minify: true,
    },
  });
  // A file of its own, in words that the oldest Node can read: that one must be able to say that it is too old.
  const launcher = path.join(out, 'cli', 'keymolt.cjs');
  await writeFile(
    launcher,
    [
      // Without the `--`, Node would take `run --env-file F` for its own flag, and load what NODE_OPTIONS in F names into
      // the process that is handed the keys (nodejs/node#54232).
      '#!/usr/bin/env -S node --',
      "'use strict';",
      "var version = process.versions.node.split('.').map(Number);",
      'if (version[0] < 20 || (version[0] === 20 && version[1] < 18)) {',
      "  process.stderr.write('keymolt: NODE_TOO_OLD: keymolt needs Node 20.18 or newer, and this is Node ' + process.versions.node + ' (install Node 24)\\n');",
      '  process.exit(1);',
      '}',
      "require('./program.cjs');",
      '',
    ].join('\n'),
  );
  await chmod(launcher, 0o755);
};

const buildService = async (name, input = `src-main/${name}/main.ts`) => {
  if (!existsSync(path.join(root, input))) return;
  await build({
    input,
    // Of zod a part is used: taken into the file, the rest of it is not loaded, and an agent that idles is smaller by it.
    external: (id) => isPackage(id) && !/^zod(\/|$)/.test(id),
    output: {
      file: path.join(out, name, `${name}.mjs`),
      format: 'esm',
      codeSplitting: false,
      minify: { compress: true, mangle: false, codegen: { removeWhitespace: false } },
    },
  });
};

const builders = {
  cli: buildCli,
  agent: () => buildService('agent'),
  sandbox: () => buildService('sandbox'),
  // The window on plain Node, in an installed browser.
  chromium: () => buildService('chromium', 'src-main/app/chromium-host/main.ts'),
};
// Names of parts may be given, to build these alone.
const parts = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(builders);

await mkdir(out, { recursive: true });
// Written over what is there: somebody may be running it.
for (const part of parts) await builders[part]();
