/** What a command takes, as data: the parser, the help and the completion all read it. */

export interface Flag {
  readonly short?: string;
  /** What stands for the value in the help; absent for a switch. */
  readonly value?: string;
  /** `--flag` and `--flag=VALUE` are both right. */
  readonly isValueOptional?: true;
  readonly isRepeatable?: true;
  readonly help: string;
}

/** Every flag there is. One name means one thing in all commands, so the words of a command may stand anywhere. */
export const FLAGS = {
  env: { short: 'e', value: 'NAME', help: 'the environment' },
  json: { help: 'the answer, and errors, as JSON' },
  quiet: { short: 'q', help: 'no remarks on stderr' },
  debug: { help: 'what is done, on stderr; never a value' },
  'no-input': { help: 'never ask; fail where an answer is needed' },
  yes: { help: 'confirm in advance' },
  timeout: { value: 'DURATION', help: 'give up after, such as 10s or 2m' },
  'no-color': { help: 'no colours (also NO_COLOR)' },
  help: { short: 'h', help: 'this text' },
  version: { help: 'the version' },

  'password-file': { value: 'F|-', help: 'read the passphrase from a file, or - for stdin' },
  'new-password-file': { value: 'F|-', help: 'read the new passphrase from a file, or - for stdin' },
  'recovery-file': { value: 'F', help: 'write the recovery code to this new file' },
  'recovery-code-file': { value: 'F|-', help: 'use the recovery code in a file, or - for stdin' },
  keychain: { help: 'unlock with the slot in the OS keychain' },
  for: { value: 'DURATION', help: 'lock again after, such as 8h' },
  grant: {
    value: 'tree|user',
    help: 'who may use live keys until lock: the caller and its children, or the user',
  },

  kind: { value: 'live|test', help: 'which keys belong there' },
  approve: { value: 'never|live|always', help: 'which requests for values need a grant' },
  'rotate-every': { value: 'DAYS', help: 'how long a key may live, such as 90d (off: the default)' },
  'auto-rotate': { value: 'HH:MM|off', help: 'rotate due keys at this hour' },
  'auto-unlock': { value: 'on|off', help: 'open a locked vault by the keychain for that' },

  'base-url': { value: 'URL', help: "the platform's address" },
  tier: { value: 'T', help: "the account's tier" },
  'firebase-sign-in-url': { value: 'URL', help: 'where a person signs in' },
  'firebase-token-url': { value: 'URL', help: 'where a session is refreshed' },
  'egress-echo-url': { value: 'URL', help: 'an address that answers with the caller’s IP address' },
  'ca-file': { value: 'F', help: 'further certificate authorities (PEM)' },

  platform: { value: 'P', help: 'the platform, as in `keymolt platform list`' },
  'value-file': { value: 'F|-', help: 'read the key from a file, or - for stdin' },
  'key-id': { value: 'ID', help: 'the id that the platform lists the key under' },
  using: { value: 'KEY', help: 'the key to authenticate with' },
  count: {
    value: 'N',
    help: 'how many there shall be: NAME-01 to NAME-N, those that are there already included',
  },
  due: { value: 'DAYS', help: 'due within, such as 14d' },
  unused: { value: 'DAYS', help: 'not used for, such as 30d' },
  owner: { value: 'WHO', help: 'who answers for it' },
  project: { value: 'TEXT', help: 'what it belongs to' },
  purpose: { value: 'TEXT', help: 'what it is for' },
  scope: { value: 'S', isRepeatable: true, help: 'a scope it has' },
  cidr: { value: 'C', isRepeatable: true, help: 'an address range it may be used from' },
  expires: { value: 'DATE', help: 'when it ends, such as 2027-01-31' },
  var: { value: 'ENVNAME', help: 'the variable that `run` gives it to' },
  all: { help: 'every key of the environment; every target of the key; every check of the doctor' },
  dotenv: { value: 'PATH[#VAR]', help: 'a variable of a .env file; the key’s own where none is named' },
  'systemd-env': { value: 'PATH[#VAR]', help: 'a variable of a file that EnvironmentFile= names' },
  command: { value: 'CMD', help: 'a command that gets the value on stdin; no shell' },
  process: { help: 'running `keymolt run --watch` commands' },
  give: { value: 'stdin|environment', help: 'how the command gets the value: on stdin, or in the variable' },
  email: { value: 'E', help: 'who signs in' },
  format: { value: 'jsonl|cef', help: 'JSON Lines, or CEF for a SIEM' },
  'command-timeout': { value: 'DURATION', help: 'stop the command after, such as 30s (60s)' },
  target: { value: 'ID', help: 'the target, as `keymolt deploy list` names it' },
  reveal: { help: 'print the value' },

  only: { value: 'NAMES', isRepeatable: true, help: 'these keys alone, separated by commas' },
  map: { value: 'VAR=REF', isRepeatable: true, help: 'give a reference to a variable' },
  'env-file': { value: 'F', isRepeatable: true, help: 'variables from a .env file; the last one wins' },
  pristine: { help: 'start from PATH HOME USER SHELL TERM LANG LC_* TMPDIR alone' },
  'preserve-env': {
    value: 'A,B',
    isValueOptional: true,
    help: 'inherited variables win over the vault: all, or these',
  },
  'allow-live': { help: 'let a key into an environment of another kind' },
  mask: { value: 'auto|always|never', help: 'hide values in the output' },
  watch: { help: 'follow changes: `limits` shows them, `run` starts the command anew' },
  'kill-after': { value: 'DURATION', help: 'how long a stopped process may take to end' },

  input: { short: 'i', value: 'TEMPLATE', help: 'the template, or - for stdin' },
  output: { short: 'o', value: 'FILE', help: 'the file to write' },
  'file-mode': { value: '0600', help: 'its permissions; 0600 unless said otherwise' },
  force: { help: 'replace a file that is there' },
  lost: { help: 'the old key is lost or leaked: ask nothing with it' },
  'no-deploy-check': { help: 'go on although nobody is known to use the key' },
  'quiet-time': { value: 'DURATION', help: 'the old key must be unused for so long before its end' },

  method: { value: 'M', help: 'also try a call with this method, such as POST' },
  path: { value: 'P', help: 'and this path, relative to the base URL' },
  offline: { help: 'leave the network out' },
  fix: { help: 'make the change that mends it, after showing it' },
  report: { value: 'F.md', help: 'write a report without values, to hand on; JSON where F ends in .json' },
  'egress-address': { value: 'ADDR', help: 'the address that your calls come from, as you know it' },
  addresses: { help: 'keep IP addresses in the report' },

  replace: { help: 'in the place of the vault that is there' },
  port: { value: 'N', help: 'listen on this port' },
  limit: { value: 'N', help: 'at most so many' },
} as const satisfies Record<string, Flag>;

export type FlagName = keyof typeof FLAGS;

export const GLOBAL_FLAGS = [
  'env',
  'json',
  'quiet',
  'debug',
  'no-input',
  'yes',
  'timeout',
  'no-color',
  'help',
] as const satisfies readonly FlagName[];

export interface Argument {
  readonly name: string;
  readonly isOptional?: true;
  /** Any number of them; the last argument only. */
  readonly isRepeatable?: true;
  readonly help: string;
}

export interface CommandSpec {
  /** Such as `key add`. */
  readonly words: string;
  readonly summary: string;
  readonly arguments?: readonly Argument[];
  readonly flags?: readonly FlagName[];
  /** What follows `--`. */
  readonly childCommand?: true;
  /** Further lines of its help. */
  readonly notes?: readonly string[];
  readonly examples?: readonly string[];
}
