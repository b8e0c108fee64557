// Builds what runs on plain Node: the command line, the agent and the sandbox platform.
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { rolldown } from 'rolldown';
import { makeCodeCache } from './code-cache.mjs';

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
  // V8 tells a cache of other code by its length alone: none may be left beside a new program.
  await rm(path.join(out, 'cli', 'program.cache'), { force: true });
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
      loadWithCodeCache,
      '',
    ].join('\n'),
  );
  await chmod(launcher, 0o755);
  await escapeNonAscii(path.join(out, 'cli'));
  await packParts(path.join(out, 'cli'));
  await makeCodeCache(path.join(out, 'cli'));
};

// What `require('./program.cjs')` does, but with the code as V8 left it after an earlier run of the same V8, and with the
// parts that are always wanted out of one file: 7 ms of a start that takes 35. Another Node takes no notice of the cache,
// and compiles.
const loadWithCodeCache = `var fs = require('node:fs');
var vm = require('node:vm');
var folder = __dirname + (process.platform === 'win32' ? '\\\\' : '/');
var cache;
try {
  cache = fs.readFileSync(folder + 'program.cache');
} catch (error) {
  cache = undefined;
}
var script = new vm.Script(fs.readFileSync(folder + 'program.parts', 'latin1'), { filename: folder + 'program.parts', cachedData: cache });
var parts = script.runInThisContext();
function load(name) {
  var file = folder + name;
  if (require.cache[file]) return require.cache[file].exports;
  var part = new module.constructor(file, module);
  part.filename = file;
  part.paths = module.paths;
  require.cache[file] = part;
  parts[name].call(part.exports, part.exports, requireOf(part), part, file, __dirname);
  return part.exports;
}
function requireOf(part) {
  return function (name) {
    return Object.hasOwn(parts, name.slice(2)) ? load(name.slice(2)) : process.getBuiltinModule(name) || part.require(name);
  };
}
load('program.cjs');`;

/** The program and what it cannot start without, each a function in one file: one to be read, and one to be compiled. */
const packParts = async (folder) => {
  const parts = new Map();
  const add = async (name) => {
    if (parts.has(name)) return;
    parts.set(name, '');
    const text = await readFile(path.join(folder, name), 'utf8');
    // What a file imports stands at its beginning; what it loads later, in a `then`.
    const [head] =
      /^(?:'use strict';|Object\.defineProperty\(exports[^;]*;|(?:const|let|var) [^;]*require\([^;]*;)*/.exec(
        text,
      );
    for (const [, needed] of head.matchAll(/require\([`"']\.\/([\w.-]+)[`"']\)/g)) await add(needed);
    parts.set(name, `function (exports, require, module, __filename, __dirname) {${text}\n}`);
  };
  await add('program.cjs');
  const entries = [...parts].map(([name, text]) => `${JSON.stringify(name)}: ${text}`);
  await writeFile(path.join(folder, 'program.parts'), `({${entries.join(',\n')}})`);
};

/** V8 reads text of one byte a character faster, and keeps it in half the memory. */
const escapeNonAscii = async (folder) => {
  for (const name of await readdir(folder)) {
    const file = path.join(folder, name);
    const text = await readFile(file, 'utf8');
    const escape = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
    await writeFile(file, text.replace(/[\u0080-\uffff]/g, escape));
  }
};

const buildService = async (name, { input = `src-main/${name}/main.ts`, isSplit = false } = {}) => {
  if (!existsSync(path.join(root, input))) return;
  await build({
    input,
    // Of zod a part is used: taken into the file, the rest of it is not loaded, and an agent that idles is smaller by it.
    external: (id) => isPackage(id) && !/^zod(\/|$)/.test(id),
    output: {
      ...(isSplit
        ? { dir: path.join(out, name), entryFileNames: `${name}.mjs`, chunkFileNames: '[name].mjs' }
        : { file: path.join(out, name, `${name}.mjs`), codeSplitting: false }),
      format: 'esm',
      minify: { compress: true, mangle: false, codegen: { removeWhitespace: false } },
    },
  });
  await escapeNonAscii(path.join(out, name));
};

const builders = {
  cli: buildCli,
  agent: () => buildService('agent'),
  sandbox: () => buildService('sandbox'),
  // The window on plain Node, in an installed browser; that is started before the core is even read.
  chromium: () => buildService('chromium', { input: 'src-main/app/chromium-host/main.ts', isSplit: true }),
};
// Names of parts may be given, to build these alone.
const parts = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(builders);

await mkdir(out, { recursive: true });
// Written over what is there: somebody may be running it.
for (const part of parts) await builders[part]();
