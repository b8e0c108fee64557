import { describe, expect, test } from 'vitest';
import { findBrowser } from '../../../src-main/app/chromium-host/find-browser.ts';

const on = (platform: NodeJS.Platform, env: Record<string, string>, ...installed: string[]) =>
  findBrowser({ platform, env, isExecutable: (file) => installed.includes(file) });

describe('an installed browser', () => {
  test('is found on the PATH, Chrome before Chromium', () => {
    const env = { PATH: '/opt/bin:/usr/local/bin' };
    expect(on('linux', env, '/usr/local/bin/chromium', '/opt/bin/google-chrome')).toBe(
      '/opt/bin/google-chrome',
    );
    expect(on('linux', env, '/usr/local/bin/chromium')).toBe('/usr/local/bin/chromium');
  });

  test('is found where systems put it, whatever the PATH', () => {
    expect(on('linux', {}, '/snap/bin/chromium')).toBe('/snap/bin/chromium');
    const mac = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
    expect(on('darwin', { HOME: '/Users/a' }, mac)).toBe(mac);
    const edge = String.raw`C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe`;
    expect(on('win32', { 'ProgramFiles(x86)': String.raw`C:\Program Files (x86)` }, edge)).toBe(edge);
  });

  test('a relative folder on the PATH is not looked into: it would be whatever lies in the current one', () => {
    expect(on('linux', { PATH: '.:bin' }, 'bin/chromium', './chromium', 'chromium')).toBeUndefined();
  });

  test('KEYMOLT_BROWSER is the only one looked at', () => {
    const env = { PATH: '/usr/bin', KEYMOLT_BROWSER: '/opt/mine' };
    expect(on('linux', env, '/opt/mine', '/usr/bin/chromium')).toBe('/opt/mine');
    expect(on('linux', env, '/usr/bin/chromium')).toBeUndefined();
  });

  test('none is undefined', () => {
    expect(on('linux', { PATH: '/usr/bin' })).toBeUndefined();
  });
});
