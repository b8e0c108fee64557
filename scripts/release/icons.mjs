// Draws assets/icon.svg in every size that a system asks for: `node scripts/release/icons.mjs`, when the mark has changed.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { findBrowser } from '../../src-main/app/chromium-host/find-browser.ts';

const assets = path.join(import.meta.dirname, 'assets');
/** freedesktop.org's hicolor theme, and what Windows and macOS take. */
const SIZES = [16, 24, 32, 48, 64, 128, 256, 512, 1024];
const ICO_SIZES = [16, 24, 32, 48, 64, 128, 256];
/** Apple's names for PNGs in an icns file. */
const ICNS_TYPES = { icp4: 16, icp5: 32, icp6: 64, ic07: 128, ic08: 256, ic09: 512, ic10: 1024 };

/** There every pixel counts: no margin, and the mark as large as it goes. */
const LARGEST_SMALL = 32;
const tighter = (svg) =>
  svg
    .replace('0 0 64 64', '2 2 60 60')
    .replace(/transform="[^"]*"/, 'transform="translate(2.9 5) scale(1.68)"');

const draw = async () => {
  const browser = await chromium.launch({
    executablePath: findBrowser(),
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
  try {
    const page = await browser.newPage();
    const drawn = readFileSync(path.join(assets, 'icon.svg'), 'utf8');
    const images = new Map();
    for (const size of SIZES) {
      const svg = size > LARGEST_SMALL ? drawn : tighter(drawn);
      await page.setViewportSize({ width: size, height: size });
      await page.setContent(
        `<style>*{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${svg}`,
      );
      images.set(size, await page.screenshot({ omitBackground: true, type: 'png' }));
    }
    return images;
  } finally {
    await browser.close();
  }
};

/** Windows' icon file: a directory of PNGs, where 0 stands for 256. */
const icoOf = (images) => {
  const head = Buffer.alloc(6 + ICO_SIZES.length * 16);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(ICO_SIZES.length, 4);
  let offset = head.length;
  ICO_SIZES.forEach((size, at) => {
    const entry = 6 + at * 16;
    head.writeUInt8(size % 256, entry);
    head.writeUInt8(size % 256, entry + 1);
    head.writeUInt16LE(1, entry + 4);
    head.writeUInt16LE(32, entry + 6);
    head.writeUInt32LE(images.get(size).length, entry + 8);
    head.writeUInt32LE(offset, entry + 12);
    offset += images.get(size).length;
  });
  return Buffer.concat([head, ...ICO_SIZES.map((size) => images.get(size))]);
};

/** Apple's: blocks with a name of four characters and their length. */
const icnsOf = (images) => {
  const block = (name, content) => {
    const head = Buffer.alloc(8);
    head.write(name, 'latin1');
    head.writeUInt32BE(content.length + 8, 4);
    return Buffer.concat([head, content]);
  };
  const blocks = Object.entries(ICNS_TYPES).map(([name, size]) => block(name, images.get(size)));
  return block('icns', Buffer.concat(blocks));
};

const images = await draw();
mkdirSync(path.join(assets, 'icons'), { recursive: true });
for (const [size, image] of images) writeFileSync(path.join(assets, 'icons', `${size}x${size}.png`), image);
writeFileSync(path.join(assets, 'icon.ico'), icoOf(images));
writeFileSync(path.join(assets, 'icon.icns'), icnsOf(images));
