import type { Argument, CommandSpec, FlagName } from './command-spec.ts';

const METADATA = [
  'owner',
  'project',
  'purpose',
  'scope',
  'cidr',
  'expires',
  'rotate-every',
  'var',
] as const satisfies readonly FlagName[];

const key: Argument = { name: 'NAME', help: 'the key, or env/name' };

/** Every command, in the order of the help. */
export const COMMANDS: readonly CommandSpec[] = [
  {
    words: 'init',
    summary: 'make a new vault',
    flags: ['password-file', 'recovery-file'],
    notes: [
      'The recovery code opens the vault like the passphrase does. It is shown once, on the terminal or in a file.',
    ],
    examples: [
      'keymolt init',
      'keymolt init --password-file pass.txt --recovery-file recovery.txt --no-input',
    ],
  },
  {
    words: 'unlock',
    summary: 'open the vault until it is locked again',
    flags: ['password-file', 'keychain', 'recovery-code-file', 'for', 'grant'],
    examples: ['keymolt unlock', 'keymolt unlock --password-file pass.txt --for 1h --no-input'],
  },
  { words: 'lock', summary: 'close the vault' },
  { words: 'status', summary: 'how the vault, the agent and the running commands stand' },
  { words: 'agent start', summary: 'start the background process that holds the vault' },
  { words: 'agent stop', summary: 'end it; returns once it has ended' },
  {
    words: 'passwd',
    summary: 'change the passphrase',
    flags: ['password-file', 'recovery-code-file', 'new-password-file'],
  },
  {
    words: 'recovery-code',
    summary: 'make a new recovery code; the one before is void',
    flags: ['password-file', 'recovery-file'],
    notes: ['A backup that was made before still opens with the old code.'],
    examples: ['keymolt recovery-code --recovery-file recovery.txt'],
  },
  {
    words: 'keychain',
    summary: 'unlock with the OS keychain, or no longer',
    arguments: [{ name: 'on|off', help: 'whether the vault has a slot there' }],
  },

  { words: 'env list', summary: 'the environments' },
  {
    words: 'env add',
    summary: 'add an environment',
    arguments: [{ name: 'NAME', help: 'lower-case letters, digits and -' }],
    flags: ['kind'],
    examples: ['keymolt env add canary --kind live'],
  },
  {
    words: 'env set',
    summary: 'change an environment',
    arguments: [{ name: 'NAME', help: 'the environment' }],
    flags: ['approve', 'rotate-every', 'auto-rotate', 'auto-unlock', 'password-file'],
    notes: ['--approve and --auto-unlock on ask for the passphrase.'],
  },

  { words: 'platform list', summary: 'the platforms' },
  {
    words: 'platform show',
    summary: 'what is known of one',
    arguments: [{ name: 'ID', help: 'the platform' }],
  },
  {
    words: 'platform set',
    summary: 'change a platform’s settings, for all environments or for -e',
    arguments: [{ name: 'ID', help: 'the platform' }],
    flags: [
      'base-url',
      'tier',
      'firebase-sign-in-url',
      'firebase-token-url',
      'egress-echo-url',
      'ca-file',
      'password-file',
    ],
    notes: [
      'A new host for live keys asks for the passphrase; with --no-input it needs --yes.',
      "An empty value, such as --tier '', takes a setting back.",
    ],
  },
  {
    words: 'platform import',
    summary: 'add a platform from a definition file',
    arguments: [{ name: 'FILE', help: 'the definition (JSON)' }],
  },
  {
    words: 'platform check',
    summary: 'try every assumption about a platform by calls that change nothing',
    arguments: [{ name: 'ID', help: 'the platform' }],
  },

  {
    words: 'key add',
    summary: 'put a key you have into the vault',
    arguments: [{ name: 'NAME', help: 'its name, or env/name' }],
    flags: ['platform', 'value-file', 'key-id', ...METADATA],
    examples: [
      'keymolt key add agent --platform den-hosting',
      'keymolt key add agent --platform den-hosting --value-file - < key.txt',
    ],
  },
  {
    words: 'key create',
    summary: 'create a key on the platform, straight into the vault',
    arguments: [{ name: 'NAME', help: 'its name, or env/name' }],
    flags: ['platform', 'using', 'count', ...METADATA],
    notes: [
      'With --count, the same command again creates what is missing: after an interruption it goes on where it was.',
    ],
    examples: [
      'keymolt key create worker --platform den-hosting -e dev --using admin',
      'keymolt key create worker --platform den-hosting --count 50',
    ],
  },
  {
    words: 'key list',
    summary: 'the keys, of every environment or of -e',
    flags: ['platform', 'due', 'unused', 'owner'],
    examples: ['keymolt key list', 'keymolt key list -e prod --due 14d --json'],
  },
  { words: 'key show', summary: 'what is known of a key', arguments: [key] },
  {
    words: 'key edit',
    summary: 'change a key’s value or what is written about it',
    arguments: [key],
    flags: ['value-file', 'key-id', ...METADATA],
    notes: ['An empty text takes a fact away: --owner ""'],
  },
  {
    words: 'key copy',
    summary: 'put a key on the clipboard for 30 seconds',
    arguments: [key],
    flags: ['password-file'],
  },
  { words: 'key test', summary: 'ask the platform whether it takes the key', arguments: [key] },
  {
    words: 'key revoke',
    summary: 'end keys on the platform, for good',
    arguments: [{ ...key, isOptional: true, isRepeatable: true }],
    flags: ['all'],
    notes: ['A key counts as revoked once the platform refuses it. Exit 9: one or more are still alive.'],
    examples: [
      'keymolt key revoke dev/worker',
      'keymolt key revoke worker-01 worker-02 -e dev',
      'keymolt key revoke --all -e dev --yes',
    ],
  },
  { words: 'key forget', summary: 'take a key out of the vault; the platform is not told', arguments: [key] },

  {
    words: 'deploy add',
    summary: 'name a place that gets the new value when a key is rotated',
    arguments: [key],
    flags: ['dotenv', 'systemd-env', 'command', 'process', 'var', 'give', 'command-timeout', 'password-file'],
    notes: [
      'The variable must be there already. For keys of a live environment it needs a grant, as `read` does.',
      'A command is told KEYMOLT_KEY_NAME, KEYMOLT_KEY_ENV and KEYMOLT_KEY_FINGERPRINT; 0 means that it worked.',
    ],
    examples: [
      'keymolt deploy add worker --dotenv ./.env#MOLTBOTDEN_API_KEY',
      "keymolt deploy add prod/worker --command 'ssh web1 update-key'",
    ],
  },
  {
    words: 'deploy list',
    summary: 'where keys are used, of every environment or of -e',
    arguments: [{ ...key, isOptional: true }],
  },
  {
    words: 'deploy remove',
    summary: 'take a place off the list; what it holds stays there',
    arguments: [key],
    flags: ['target', 'dotenv', 'systemd-env', 'all'],
  },
  {
    words: 'deploy test',
    summary: 'what a rotation would change there, with the values masked; changes nothing',
    arguments: [key],
  },
  {
    words: 'read',
    summary: 'print one value or field',
    arguments: [{ name: 'REF', help: 'molt://ENV/NAME[/field], or env/name' }],
    flags: ['reveal', 'password-file'],
    examples: ['keymolt read molt://dev/agent/fingerprint', 'keymolt read molt://dev/agent --reveal'],
  },
  { words: 'session list', summary: 'who is signed in to a platform, as a person' },
  {
    words: 'session sign-in',
    summary: 'sign in to a platform as a person: where no key can ask, the session does',
    flags: ['email', 'password-file', 'platform'],
    notes: [
      'For all environments, or for -e alone. The platform is den-hosting where none is named.',
      'The address of the sign-in has the platform’s web API key in it: `keymolt platform set ID --firebase-sign-in-url URL`.',
    ],
    examples: ['keymolt session sign-in --email you@example.org'],
  },
  {
    words: 'session sign-out',
    summary: 'forget the tokens: all, or of --platform, --email and -e',
    flags: ['platform', 'email'],
  },
  { words: 'sync', summary: 'compare the vault with the platform’s list of keys', flags: ['platform'] },
  {
    words: 'limits',
    summary: 'how much of the rate limits is left',
    arguments: [{ ...key, isOptional: true }],
    flags: ['watch'],
  },
  {
    words: 'doctor',
    summary: 'why a key fails, and what to type; without NAME: all keys',
    arguments: [{ ...key, isOptional: true }],
    flags: [
      'var',
      'env-file',
      'method',
      'path',
      'offline',
      'fix',
      'all',
      'report',
      'addresses',
      'egress-address',
    ],
    notes: [
      'Ends with 0 where nothing is to be mended, else with 1.',
      'Changes nothing on the platform; --method and --path make the call you name, whatever it does.',
    ],
    examples: [
      'keymolt doctor prod/agent --var MOLTBOTDEN_API_KEY',
      'keymolt doctor --var MOLTBOTDEN_API_KEY',
      'keymolt doctor prod/agent',
      'keymolt doctor agent --method POST --path /dens',
      'keymolt doctor agent --report doctor.md',
    ],
  },
  {
    words: 'run',
    summary: 'run a command with its keys in the environment',
    flags: [
      'only',
      'map',
      'env-file',
      'pristine',
      'preserve-env',
      'mask',
      'watch',
      'kill-after',
      'allow-live',
      'password-file',
    ],
    childCommand: true,
    notes: [
      'Ends with the code of the command; 125: keymolt itself failed, 126: not executable, 127: not found.',
      'Without a terminal and with no grant for live keys: `keymolt unlock` first.',
    ],
    examples: [
      'keymolt run -- node agent.js',
      'keymolt run -e prod --only worker --map ADMIN_KEY=molt://prod/admin -- ./deploy.sh',
    ],
  },
  {
    words: 'inject',
    summary: 'write a template with its references replaced by values',
    flags: ['input', 'output', 'file-mode', 'force', 'password-file'],
    notes: [
      'A reference in a template is {{ molt://ENV/NAME }} or {{ molt://ENV/NAME/field }}; everything else stays as it is.',
      'The file appears whole or not at all.',
    ],
    examples: ['keymolt inject -i config.template.json -o config.json'],
  },
  {
    words: 'resolve',
    summary: 'answer one request of OpenClaw for secrets, JSON on stdin and stdout',
    notes: [
      'An id is a reference without its scheme: ENV/NAME or ENV/NAME/field. A bare NAME is one of -e,',
      '  of the project file, or of dev.',
      'An id that cannot be had is answered with its own error and status 0; status 3: locked, or nothing without a grant.',
      'Never asks; gives up after 4.5 s unless --timeout says otherwise.',
      'In openclaw.json: "secrets": {"providers": {"keymolt": {"source": "exec", "command": "/path/to/out/cli/keymolt.cjs",',
      '  "args": ["resolve"], "passEnv": ["HOME", "PATH", "KEYMOLT_HOME"]}}}, with the path of the file itself and not of a link.',
    ],
    examples: [`echo '{"protocolVersion":1,"provider":"keymolt","ids":["dev/agent"]}' | keymolt resolve`],
  },
  {
    words: 'import',
    summary: 'take the keys out of a .env file',
    arguments: [{ name: 'FILE', help: 'the .env file; it stays as it is' }],
    flags: ['platform'],
    examples: ['keymolt import .env -e dev'],
  },
  {
    words: 'rotate start',
    summary:
      'replace a key’s value without downtime: create, deploy, verify, and only then revoke the old one',
    arguments: [key],
    flags: ['value-file', 'lost', 'no-deploy-check', 'quiet-time'],
    notes: [
      'Waits until it is done, fails, or --timeout; the rotation goes on in the agent. Exit 9: the old key is still alive.',
      'A cut-over platform makes its new key on its own page: give that value with --value-file.',
    ],
    examples: ['keymolt rotate start prod/worker', 'keymolt rotate start dev/agent --no-deploy-check'],
  },
  {
    words: 'rotate plan',
    summary: 'what automatic rotation would do at its next hour, and why not; rotates nothing',
    notes: [
      '`keymolt env set NAME --auto-rotate HH:MM` turns it on. It runs while the vault is unlocked; with `--auto-unlock on` it opens a locked one by its keychain slot, for itself alone.',
    ],
  },
  {
    words: 'rotate status',
    summary: 'how rotations stand; exit 9 while one is open',
    arguments: [{ ...key, isOptional: true }],
  },
  {
    words: 'rotate resume',
    summary: 'go on with one that stands still',
    arguments: [key],
    flags: ['value-file', 'no-deploy-check'],
  },
  {
    words: 'rotate abort',
    summary: 'go back: targets get the old value again, the new key is revoked',
    arguments: [key],
  },
  { words: 'sandbox start', summary: 'start the built-in local platform', flags: ['port', 'tier'] },
  { words: 'sandbox stop', summary: 'end it' },

  { words: 'audit list', summary: 'what was done, newest first', flags: ['limit'] },
  { words: 'audit verify', summary: 'check that nothing is missing or changed in it' },
  {
    words: 'audit export',
    summary: 'the whole log, oldest first, checked while it is read',
    flags: ['format'],
    examples: ['keymolt audit export --format cef > keymolt.cef'],
  },
  { words: 'audit accept', summary: 'record that a found break was looked at; erases nothing' },
  {
    words: 'backup',
    summary: 'write a copy of the vault, sealed as it is',
    arguments: [{ name: 'FILE', help: 'a new file' }],
  },
  {
    words: 'restore',
    summary: 'take a vault back from a backup',
    arguments: [{ name: 'FILE', help: 'the backup' }],
    flags: ['replace'],
    notes: ['What is replaced is kept beside it.'],
  },
  {
    words: 'completion',
    summary: 'print what a shell loads to complete commands, flags, environments and keys',
    arguments: [
      { name: 'bash|zsh|fish', help: 'the shell' },
      {
        name: 'WORD',
        isOptional: true,
        isRepeatable: true,
        help: 'behind --: print what may stand in the place of the last word',
      },
    ],
    examples: ['source <(keymolt completion bash)', 'keymolt completion bash -- run -e pr'],
  },
  { words: 'version', summary: 'the version of this program' },
  {
    words: 'help',
    summary: 'how to use a command',
    arguments: [
      { name: 'COMMAND', isOptional: true, help: 'such as run' },
      { name: 'WORD', isOptional: true, help: 'such as add in key add' },
    ],
  },
];
