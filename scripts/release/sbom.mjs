// The bill of materials, in CycloneDX: what is shipped, and not what it is built with.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { manifest, root } from './command-line-tree.mjs';

/** Packages that are built into the page or the programs: development's by package.json, and shipped all the same. */
export const bundledPackages = () => {
  const imported = new Set();
  for (const folder of ['src-shared', 'src-main', 'src-renderer']) {
    for (const file of readdirSync(path.join(root, folder), { recursive: true })) {
      if (!/\.(tsx?|css)$/.test(file)) continue;
      const text = readFileSync(path.join(root, folder, file), 'utf8');
      for (const [, name] of text.matchAll(
        /(?:^|\n)\s*(?:import|@import|export)\s(?!type\b)[^;]*?['"]((?:@[\w.-]+\/)?[\w.-]+)(?:\/[^'"]*)?['"]/g,
      ))
        imported.add(name);
      for (const [, name] of text.matchAll(
        /\bimport\(\s*['"]((?:@[\w.-]+\/)?[\w.-]+)(?:\/[^'"]*)?['"]\s*\)/g,
      ))
        imported.add(name);
    }
  }
  return Object.keys(manifest.devDependencies)
    .filter((name) => imported.has(name))
    .sort();
};

/**
 * @param epoch seconds: the bill of one source is always the same
 * @returns the document as text
 */
export const billOfMaterials = (epoch) => {
  // npm fills it from the lock file: nothing has to be installed, and nothing is asked for.
  const { status, stdout, stderr } = spawnSync(
    'npm',
    ['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application', '--package-lock-only'],
    { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26, shell: process.platform === 'win32' },
  );
  if (status !== 0) throw new Error(`npm sbom: ${stderr}`);
  const bill = JSON.parse(stdout);
  const needs = new Map(bill.dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]));
  const top = bill.metadata.component['bom-ref'];
  const nameOf = (ref) => ref.replace(/@[^@]*$/, '');
  const direct = new Set([
    ...[manifest.dependencies, manifest.optionalDependencies ?? {}].flatMap(Object.keys),
    ...bundledPackages(),
  ]);
  // The lock names an alias such as keytar by what it stands for.
  const aliases = Object.values(manifest.dependencies).flatMap(
    (range) => /^npm:(.+)@[^@]+$/.exec(range)?.[1] ?? [],
  );
  const isDirect = (ref) => direct.has(nameOf(ref)) || aliases.includes(nameOf(ref));
  const shipped = new Set();
  const follow = (ref) => {
    if (shipped.has(ref)) return;
    shipped.add(ref);
    for (const next of needs.get(ref) ?? []) follow(next);
  };
  const development = new Set((needs.get(top) ?? []).filter((ref) => !isDirect(ref)));
  for (const ref of needs.get(top) ?? []) if (!development.has(ref)) follow(ref);
  bill.components = bill.components.filter((component) => shipped.has(component['bom-ref']));
  bill.dependencies = bill.dependencies
    .filter(({ ref }) => ref === top || shipped.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((one) => shipped.has(one)) }));
  bill.metadata.component.name = manifest.name;
  bill.metadata.timestamp = new Date(epoch * 1000).toISOString();
  bill.serialNumber = uuidOf(JSON.stringify(bill.components) + epoch);
  return `${JSON.stringify(bill, undefined, 2)}\n`;
};

/** RFC 9562, version 8: of our own making, so that one bill has one number. */
const uuidOf = (text) => {
  const hex = createHash('sha256').update(text).digest('hex');
  const variant = ((Number.parseInt(hex[16], 16) & 3) | 8).toString(16);
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};
