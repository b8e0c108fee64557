import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { SourceFact } from '../../../src-shared/domain/diagnosis/facts.ts';
import { KNOWN_KEY_FORMATS } from '../../../src-shared/domain/keys/known-key-formats.ts';
import { inEnvironment, parseProjectFile } from '../../../src-shared/domain/references/project-file.ts';
import { findProject } from '../project/find-project.ts';
import { type EnvFolder, envFiles, envVariants, readEnvFile } from './env-files.ts';
import { readSourceFile } from './read-source-file.ts';

/** A place that may supply the variable, with its value: it stays in this process but for its fingerprint. */
export interface RawSource extends Pick<SourceFact, 'kind' | 'where' | 'variable' | 'state'> {
  readonly line: number | null;
  readonly value: string | undefined;
  /** `env/name` that a reference names. */
  readonly reference: string | null;
  /** Its line ends in CR LF. */
  readonly hasCarriageReturn?: boolean;
}

export interface Place extends EnvFolder {
  readonly env: string;
}

const PROFILES = [
  '.bashrc',
  '.bash_profile',
  '.profile',
  '.zshrc',
  '.zshenv',
  '.zprofile',
  '.config/fish/config.fish',
];
const REFERENCE = 'molt://';

/** Everything that could hand the variable to a program of this person, nearest first within a kind. */
export function findSources(variable: string, place: Place): RawSource[] {
  // Their files hold keys of these platforms under names of their own: for any other variable they say nothing.
  const agentsFiles = /molt/i.test(variable) ? ofAgents(variable, place) : [];
  return [
    ...shellSource(variable, place),
    ...envFiles(place).flatMap((file) => envFileSource('env_file', file, variable)),
    ...envVariants(place).flatMap((file) => envFileSource('env_variant', file, variable)),
    ...projectSource(variable, place),
    ...agentsFiles,
    ...PROFILES.flatMap((file) => profileSource(path.join(place.home, file), variable)),
    ...unitFiles(place.home).flatMap((file) => unitSources(file, variable, place.home)),
  ].slice(0, 60);
}

const ofAgents = (variable: string, place: Place): RawSource[] => [
  ...jsonSources(
    'openclaw',
    [
      path.join(place.home, '.openclaw', 'auth-profiles.json'),
      ...agentProfiles(place.home),
      path.join(place.home, '.openclaw', 'openclaw.json'),
    ],
    variable,
  ),
  ...envFileSource('openclaw', path.join(place.home, '.openclaw', '.env'), variable),
  ...jsonSources('moltbook', [path.join(place.home, '.config', 'moltbook', 'credentials.json')], variable),
];

const withValue = (
  kind: SourceFact['kind'],
  where: string,
  variable: string,
  value: string,
  line: number | null,
): RawSource => {
  const isReference = value.startsWith(REFERENCE);
  return {
    kind,
    where,
    variable,
    line,
    state: value === '' ? 'empty' : isReference ? 'reference' : 'set',
    value: value === '' || isReference ? undefined : value,
    reference: isReference
      ? value.slice(REFERENCE.length).split('/').slice(0, 2).join('/').slice(0, 300)
      : null,
  };
};

const blocked = (
  kind: SourceFact['kind'],
  where: string,
  variable: string,
  state: SourceFact['state'],
): RawSource => ({
  kind,
  where,
  variable,
  line: null,
  state,
  value: undefined,
  reference: null,
});

function shellSource(variable: string, { environment }: Place): RawSource[] {
  const value = environment[variable];
  return value === undefined ? [] : [withValue('shell', 'this shell', variable, value, null)];
}

function envFileSource(kind: SourceFact['kind'], file: string, variable: string): RawSource[] {
  const read = readEnvFile(file);
  if (read === 'absent') return [];
  if (typeof read === 'string') return [blocked(kind, file, variable, read)];
  const value = read.variables[variable];
  if (value === undefined) return [];
  return [
    {
      ...withValue(kind, file, variable, value, read.lineOf(variable)),
      hasCarriageReturn: read.hasCarriageReturn(variable),
    },
  ];
}

/** What the project file lets `keymolt run` inject. */
function projectSource(variable: string, { folder, env }: Place): RawSource[] {
  const file = findProject(folder)?.file;
  const content = file === undefined ? undefined : readSourceFile(file);
  if (file === undefined || content?.state !== 'read') return [];
  try {
    const { inject } = parseProjectFile(content.bytes.toString('utf8'));
    const entry = inject?.find((one) => one.variable === variable);
    if (entry === undefined) return [];
    return [withValue('project_file', file, variable, inEnvironment(entry.reference, env), null)];
  } catch {
    return [blocked('project_file', file, variable, 'unreadable')];
  }
}

function agentProfiles(home: string): string[] {
  const agents = path.join(home, '.openclaw', 'agents');
  return list(agents).map((name) => path.join(agents, name, 'agent', 'auth-profiles.json'));
}

const list = (folder: string): string[] => {
  try {
    return readdirSync(folder).sort().slice(0, 50);
  } catch {
    return [];
  }
};

const MAX_NODES = 5000;
const MAX_DEPTH = 8;
const KEY_FIELD = /(?:^|_|-|[a-z](?=[A-Z]))(?:api[_-]?key|key|token|secret)$/i;

/** Keys in an agent's own files (openclaw/openclaw#20376): under a name of this family, or of a known format. */
function jsonSources(kind: 'openclaw' | 'moltbook', files: readonly string[], variable: string): RawSource[] {
  return files.flatMap((file) => {
    const content = readSourceFile(file);
    if (content.state === 'absent') return [];
    if (content.state !== 'read') return [blocked(kind, file, variable, content.state)];
    let json: unknown;
    try {
      json = JSON.parse(content.bytes.toString('utf8'));
    } catch {
      return [blocked(kind, file, variable, 'unreadable')];
    }
    const found: RawSource[] = [];
    const count = { nodes: 0 };
    walk(json, [], count, (names, value) => {
      const name = names.at(-1) ?? '';
      const isKnown = KNOWN_KEY_FORMATS.some(({ prefix }) => prefix !== '' && value.startsWith(prefix));
      const isOurs = kind === 'moltbook' || names.some((part) => /molt/i.test(part));
      if (name !== variable && !isKnown && !(isOurs && KEY_FIELD.test(name))) return;
      found.push(withValue(kind, `${file}#${names.join('.')}`.slice(0, 4096), variable, value, null));
    });
    return found.slice(0, 8);
  });
}

function walk(
  node: unknown,
  names: readonly string[],
  count: { nodes: number },
  visit: (names: readonly string[], value: string) => void,
): void {
  count.nodes += 1;
  if (count.nodes > MAX_NODES || names.length > MAX_DEPTH) return;
  if (typeof node === 'string') visit(names, node);
  else if (typeof node === 'object' && node !== null) {
    for (const [name, child] of Object.entries(node)) walk(child, [...names, name], count, visit);
  }
}

/** The profiles that set a variable: where, with the line. */
export const profilePlace = (variable: string, home: string): string | undefined =>
  PROFILES.flatMap((file) => profileSource(path.join(home, file), variable))
    .map(({ where, line }) => (line === null ? where : `${where}, line ${line}`))
    .at(0);

/** A profile's own assignment; what it computes is not guessed at. */
function profileSource(file: string, variable: string): RawSource[] {
  const content = readSourceFile(file);
  if (content.state !== 'read') return [];
  const lines = content.bytes.toString('utf8').split('\n');
  return lines.flatMap((line, at) => {
    const bare = line.trim().replace(/^(?:export|declare -x|set(?: -[a-zA-Z]+)*)\s+/, '');
    if (!bare.startsWith(variable) || !/^[= ]/.test(bare.slice(variable.length))) return [];
    const text = bare.slice(variable.length + 1).trim();
    const quoted = /^(['"])(.*)\1\s*(?:[;#].*)?$/.exec(text);
    const value = quoted?.[2] ?? text.replace(/\s[;#].*$|;.*$/, '').trim();
    return /[$`]/.test(value) && quoted?.[1] !== "'"
      ? [{ ...blocked('profile', file, variable, 'set'), line: at + 1 }]
      : [withValue('profile', file, variable, value, at + 1)];
  });
}

function unitFiles(home: string): string[] {
  const folder = path.join(home, '.config', 'systemd', 'user');
  return list(folder).flatMap((name) =>
    name.endsWith('.service')
      ? [path.join(folder, name)]
      : name.endsWith('.service.d')
        ? list(path.join(folder, name))
            .filter((part) => part.endsWith('.conf'))
            .map((part) => path.join(folder, name, part))
        : [],
  );
}

/** systemd.exec(5): Environment= and EnvironmentFile=. */
function unitSources(file: string, variable: string, home: string): RawSource[] {
  const content = readSourceFile(file);
  if (content.state !== 'read') return [];
  const lines = content.bytes.toString('utf8').split('\n');
  return lines.flatMap((line, at) => {
    const fileName = /^\s*EnvironmentFile\s*=\s*-?(.+?)\s*$/.exec(line)?.[1];
    if (fileName !== undefined)
      return envFileSource('systemd', path.resolve(fileName.replaceAll('%h', home)), variable);
    const words = /^\s*Environment\s*=\s*(.*)$/.exec(line)?.[1];
    if (words === undefined) return [];
    return (words.match(/"[^"]*"|'[^']*'|\S+/g) ?? []).flatMap((word) => {
      const bare = word.replace(/^(["'])(.*)\1$/, '$2');
      return bare.startsWith(`${variable}=`)
        ? [withValue('systemd', file, variable, bare.slice(variable.length + 1), at + 1)]
        : [];
    });
  });
}
