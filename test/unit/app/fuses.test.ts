import { FuseV1Options } from '@electron/fuses';
import { expect, it } from 'vitest';
import { FUSES } from '../../../src-main/app/electron-host/fuses.ts';
import { zoomAfter } from '../../../src-main/app/electron-host/zoom.ts';
import { CrashCount } from '../../../src-main/app/desktop/crash-count.ts';

it('every fuse that Electron has is set one way or the other', () => {
  const known = Object.keys(FuseV1Options).filter((name) => Number.isNaN(Number(name)));
  expect(Object.keys(FUSES).toSorted()).toEqual(known.toSorted());
  expect(FUSES).toMatchObject({
    RunAsNode: false,
    EnableNodeOptionsEnvironmentVariable: false,
    EnableNodeCliInspectArguments: false,
    EnableEmbeddedAsarIntegrityValidation: true,
    OnlyLoadAppFromAsar: true,
    EnableCookieEncryption: true,
    GrantFileProtocolExtraPrivileges: false,
  });
});

it('text grows and shrinks in steps, to 200 % and beyond, and goes back to what it was', () => {
  const press = (key: string, more = {}) => ({
    type: 'keyDown',
    key,
    control: true,
    meta: false,
    alt: false,
    ...more,
  });
  let zoom = 1;
  for (let times = 0; times < 5; times += 1) zoom = zoomAfter(zoom, press('=')) ?? 0;
  expect(zoom).toBe(2);
  expect(zoomAfter(2, press('-'))).toBe(1.75);
  expect(zoomAfter(3, press('+'))).toBe(3);
  expect(zoomAfter(0.5, press('-'))).toBe(0.5);
  expect(zoomAfter(2, press('0'))).toBe(1);
  expect(zoomAfter(1, press('+', { control: false }))).toBeUndefined();
  expect(zoomAfter(1, press('+', { alt: true }))).toBeUndefined();
  expect(zoomAfter(1, press('k'))).toBeUndefined();
});

it('a window that does nothing but crash is not opened for ever', () => {
  const crashes = new CrashCount();
  expect([0, 1000, 2000, 3000].map((at) => crashes.mayReopen(at))).toEqual([true, true, true, false]);
  expect(crashes.mayReopen(90_000)).toBe(true);
});
