import { fileURLToPath } from 'node:url';
import { runElectron } from './app/electron-host/run-electron.ts';

runElectron(fileURLToPath(new URL('../renderer', import.meta.url)));
