// SHA256SUMS of a folder of artefacts, and a signature beside it where there is a key.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const ARTEFACT = /\.(deb|AppImage|dmg|exe|json)$/;
export const SUMS = 'SHA256SUMS';
/** What a signature of ours is for: one that was made for something else does not count (ssh-keygen(1), -Y). */
export const NAMESPACE = 'keymolt-release';

/** As sha256sum(1) writes and checks it. @returns the artefacts' names */
export const writeSums = async (folder) => {
  const names = readdirSync(folder)
    .filter((name) => ARTEFACT.test(name))
    .sort();
  const lines = [];
  for (const name of names) lines.push(`${await sha256(path.join(folder, name))}  ${name}\n`);
  writeFileSync(path.join(folder, SUMS), lines.join(''));
  return names;
};

const sha256 = async (file) => {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest('hex');
};

/**
 * Signs SHA256SUMS, which stands for all artefacts. A signature of an earlier build never stays beside new sums.
 * @param keys `ssh`: the file of a key; `gpg`: the id of a key
 * @returns the names of the signatures: none without a key
 */
export const signSums = (folder, { ssh, gpg }) => {
  const sums = path.join(folder, SUMS);
  for (const ending of ['.sig', '.asc']) rmSync(sums + ending, { force: true });
  const made = [];
  if (ssh) {
    run('ssh-keygen', ['-Y', 'sign', '-f', ssh, '-n', NAMESPACE, sums]);
    made.push(`${SUMS}.sig`);
  }
  if (gpg) {
    run('gpg', [
      '--batch',
      '--yes',
      '--armor',
      '--local-user',
      gpg,
      '--output',
      `${sums}.asc`,
      '--detach-sign',
      sums,
    ]);
    made.push(`${SUMS}.asc`);
  }
  return made;
};

const run = (command, args) => {
  const { status, error, stderr } = spawnSync(command, args, {
    stdio: ['inherit', 'ignore', 'pipe'],
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${command}: ${error?.message ?? stderr}`);
};
