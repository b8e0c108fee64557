// Who may import whom (docs/ARCHITECTURE.md). Paths are regular expressions from the repository root.
const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { path: '^src-', pathNot: [from, '^src-shared/', ...allowed] },
});
const owner = (vendor, owners) => ({
  name: `owner-of-${vendor}`,
  comment: `${vendor} has one owner folder; everyone else goes through its port.`,
  severity: 'error',
  from: { path: '^src-', pathNot: owners },
  to: { path: `(^|node_modules/)${vendor}($|/)` },
});

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: { path: '^src-' }, to: { circular: true } },
    {
      name: 'shared-is-pure',
      comment: 'src-shared holds the domain: no Node, no DOM, no vendor but zod and ipaddr.js.',
      severity: 'error',
      from: { path: '^src-shared/' },
      to: { pathNot: ['^src-shared/', '^node_modules/(zod|ipaddr\\.js)/'] },
    },
    only('renderer', '^src-renderer/', [], 'The page knows the contract and nothing of the main process.'),
    only('preload', '^src-main/preload/', [], 'The preload is built from the contract alone.'),
    only(
      'handlers',
      '^src-main/ipc/',
      ['^src-main/services/', '^src-main/vault/ports\\.ts$', '^src-main/vault/secret\\.ts$'],
      'Handlers are thin: services and vault ports.',
    ),
    only(
      'services',
      '^src-main/services/',
      [
        '^src-main/vault/(ports|secret)\\.ts$',
        '^src-main/platforms/ports\\.ts$',
        '^src-main/keystore/ports\\.ts$',
        '^src-main/log/ports\\.ts$',
        '^src-main/deployment/ports\\.ts$',
      ],
      'Use cases see ports, never adapters.',
    ),
    only('store', '^src-main/store/', ['^src-main/vault/(ports|store-port)\\.ts$'], 'Adapters see ports.'),
    only('keystore', '^src-main/keystore/', [], 'Adapters see ports.'),
    only(
      'platforms',
      '^src-main/platforms/',
      ['^src-main/vault/secret\\.ts$', '^src-main/log/ports\\.ts$'],
      'Adapters see ports.',
    ),
    only('log', '^src-main/log/', [], 'Adapters see ports.'),
    only(
      'probes',
      '^src-main/probes/',
      ['^src-main/services/(doctor/)?ports\\.ts$', '^src-main/vault/secret\\.ts$'],
      'Adapters see ports.',
    ),
    only('vault', '^src-main/vault/', [], 'The vault knows its crypto and the domain.'),
    only(
      'sandbox',
      '^src-main/sandbox/',
      ['^src-main/platforms/definitions/'],
      'The sandbox behaves as the definitions say.',
    ),
    only(
      'deployment',
      '^src-main/deployment/',
      ['^src-main/vault/secret\\.ts$', '^src-main/run/'],
      'Adapters see ports; commands are started by run.',
    ),
    only('documents', '^src-main/documents/', ['^src-main/services/ports\\.ts$'], 'Adapters see ports.'),
    only('run', '^src-main/run/', [], 'Launching is independent of the vault.'),
    only(
      'cli',
      '^src-main/cli/',
      ['^src-main/agent/(wire/(bare-socket|protocol)|client|paths|start-agent)[^/]*\\.ts$', '^src-main/run/'],
      'The CLI is a thin client of the agent.',
    ),
    {
      name: 'page-ui-is-dumb',
      severity: 'error',
      from: { path: '^src-renderer/ui/' },
      to: { path: '^src-renderer/(state|bridge|features)' },
    },
    owner('electron', ['^src-main/app/', '^src-main/preload/', '^src-main/index\\.ts$']),
    owner('better-sqlite3', ['^src-main/store/']),
    owner('keytar', ['^src-main/keystore/']),
    owner('sodium-native', ['^src-main/vault/crypto/']),
    owner('@node-rs/argon2', ['^src-main/vault/crypto/']),
    owner('koffi', ['^src-main/agent/']),
    owner('undici', ['^src-main/platforms/']),
    owner('@lydell/node-pty', ['^src-main/run/']),
    owner('@xterm', ['^src-renderer/features/terminal/']),
    owner('child_process', [
      '^src-main/run/',
      '^src-main/agent/start-',
      '^src-main/sandbox/start-',
      '^src-main/app/',
      '^src-main/keystore/',
    ]),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js'],
      conditionNames: ['import', 'types', 'node', 'default'],
    },
  },
};
