import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { resolveCommand } from '../../../src-main/run/resolve-command.ts';

let base: string;
beforeAll(() => {
  base = mkdtempSync(path.join(tmpdir(), 'keymolt-resolve-'));
  const file = (name: string, mode: number) => {
    mkdirSync(path.dirname(path.join(base, name)), { recursive: true });
    writeFileSync(path.join(base, name), '#!/bin/sh\n');
    chmodSync(path.join(base, name), mode);
  };
  file('first/tool', 0o644);
  file('second/tool', 0o755);
  file('first/only-data', 0o644);
  file('here', 0o755);
  mkdirSync(path.join(base, 'first', 'folder'));
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

const resolve = (command: string, PATH?: string): string => {
  try {
    return resolveCommand(command, PATH === undefined ? {} : { PATH }, base, 'linux');
  } catch (error) {
    return (error as { code: string }).code;
  }
};

it('takes the first program on the PATH, and passes over what is none', () => {
  expect(resolve('tool', `${base}/first:${base}/second`)).toBe(`${base}/second/tool`);
});

it('tells "not executable" from "not found"', () => {
  expect(resolve('only-data', `${base}/first`)).toBe('COMMAND_NOT_EXECUTABLE');
  expect(resolve('absent', `${base}/first`)).toBe('COMMAND_NOT_FOUND');
  expect(resolve('folder', `${base}/first`)).toBe('COMMAND_NOT_FOUND');
  expect(resolve('')).toBe('COMMAND_NOT_FOUND');
});

it('does not search for what is a path', () => {
  expect(resolve('./here', '/nowhere')).toBe('./here');
  expect(resolve(`${base}/first/tool`)).toBe('COMMAND_NOT_EXECUTABLE');
  expect(resolve(`${base}/first`)).toBe('COMMAND_NOT_EXECUTABLE');
  expect(resolve('./absent')).toBe('COMMAND_NOT_FOUND');
  expect(resolve('here/below')).toBe('COMMAND_NOT_FOUND');
});

it('takes an empty entry of the PATH for the current folder, as POSIX says', () => {
  expect(resolve('here', `/nowhere:`)).toBe(`${base}/here`);
  expect(resolve('here', '/nowhere')).toBe('COMMAND_NOT_FOUND');
});

it('looks in the usual folders where there is no PATH', () => {
  expect(resolve('sh')).toMatch(/^\/(usr\/)?bin\/sh$/);
});
