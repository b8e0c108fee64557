import { spawnSync } from 'node:child_process';
import { root } from './command-line-tree.mjs';

/**
 * The time that a build says it is of, in seconds: SOURCE_DATE_EPOCH (reproducible-builds.org), else that of the commit.
 * Never the time of the build, so that two builds of one source are the same.
 */
export const sourceDate = () => {
  const given = process.env.SOURCE_DATE_EPOCH;
  if (given !== undefined && given !== '') {
    if (!/^\d{1,11}$/.test(given))
      throw new Error(`SOURCE_DATE_EPOCH is a number of seconds, not '${given}'`);
    return Number(given);
  }
  const { status, stdout } = spawnSync('git', ['log', '-1', '--format=%ct'], { cwd: root, encoding: 'utf8' });
  // Sources without their history, as in a tarball.
  return status === 0 ? Number(stdout.trim()) : 0;
};
