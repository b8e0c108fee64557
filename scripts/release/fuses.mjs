// Sets the fuses of an Electron program, and reads them back: `node scripts/release/fuses.mjs PROGRAM` shows them.
import { fileURLToPath } from 'node:url';
import { flipFuses, FuseState, FuseV1Options, FuseVersion, getCurrentFuseWire } from '@electron/fuses';
import { FUSES } from '../../src-main/app/electron-host/fuses.ts';

const NAMES = Object.keys(FuseV1Options).filter((name) => Number.isNaN(Number(name)));

/** @returns name → whether it is on, of the fuses that this program has */
export const readFuses = async (program) => {
  const wire = await getCurrentFuseWire(program);
  return Object.fromEntries(
    NAMES.filter((name) => wire[FuseV1Options[name]] !== undefined).map((name) => [
      name,
      wire[FuseV1Options[name]] === FuseState.ENABLE,
    ]),
  );
};

/** @throws where one of them is not as it has to be afterwards, or the program has one that nobody thought of */
export const setFuses = async (program) => {
  const wanted = Object.fromEntries(Object.entries(FUSES).map(([name, isOn]) => [FuseV1Options[name], isOn]));
  await flipFuses(program, {
    version: FuseVersion.V1,
    strictlyRequireAllFuses: true,
    // Setting them breaks the signature that Electron comes with on Apple's processors.
    resetAdHocDarwinSignature: process.platform === 'darwin' && process.arch === 'arm64',
    ...wanted,
  });
  const found = await readFuses(program);
  const wrong = Object.entries(FUSES).filter(([name, isOn]) => found[name] !== isOn);
  if (wrong.length > 0) throw new Error(`fuses not set: ${wrong.map(([name]) => name).join(', ')}`);
};

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(await readFuses(process.argv[2]));
