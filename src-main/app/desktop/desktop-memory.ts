import { lstatSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { type ScreenId, SCREENS } from '../../../src-shared/domain/place.ts';
import { checkTarget, writePrivateFile } from '../../cli/private-file.ts';
import type { Log } from '../../log/ports.ts';
import { type Rectangle, rectangle } from './window-bounds.ts';

const MAX_BYTES = 16_384;
export const ZOOM = { least: 0.5, most: 3 } as const;

/**
 * What the app remembers from one start to the next, outside of the vault.
 * SECURITY: it lies open on the disk: places by their kind alone, never a name of a key or an environment.
 */
const memoryFile = z.object({
  schema: z.literal(1),
  bounds: rectangle.nullable().catch(null),
  maximized: z.boolean().catch(false),
  zoom: z.number().min(ZOOM.least).max(ZOOM.most).catch(1),
  screen: z.enum(SCREENS).catch('overview'),
  notifications: z.boolean().catch(true),
  stay_in_tray: z.boolean().catch(false),
});

export interface DesktopMemory {
  readonly bounds: Rectangle | null;
  readonly isMaximized: boolean;
  readonly zoom: number;
  readonly screen: ScreenId;
  readonly notifications: boolean;
  readonly stayInTray: boolean;
}

const NOTHING: DesktopMemory = {
  bounds: null,
  isMaximized: false,
  zoom: 1,
  screen: 'overview',
  notifications: true,
  stayInTray: false,
};

/** @returns what is remembered; where the file is missing or not ours, what a first start has */
export const readMemory = (file: string): DesktopMemory => {
  try {
    const found = lstatSync(file);
    if (!found.isFile() || found.size > MAX_BYTES) return NOTHING;
    const parsed = memoryFile.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    if (!parsed.success) return NOTHING;
    const { bounds, maximized, zoom, screen, notifications, stay_in_tray: stayInTray } = parsed.data;
    return { bounds, isMaximized: maximized, zoom, screen, notifications, stayInTray };
  } catch {
    return NOTHING;
  }
};

const WRITE_AFTER_MS = 500;

/** The memory of a running app. Changes come in bursts (a window that is dragged), so they are written a moment later. */
export class MemoryBook {
  readonly #file: string;
  readonly #log: Log;
  #memory: DesktopMemory;
  #timer: NodeJS.Timeout | undefined;

  constructor(home: string, log: Log) {
    this.#file = path.join(home, 'window.json');
    this.#log = log;
    this.#memory = readMemory(this.#file);
  }

  get now(): DesktopMemory {
    return this.#memory;
  }

  change(next: Partial<DesktopMemory>): void {
    this.#memory = { ...this.#memory, ...next };
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush(), WRITE_AFTER_MS);
    this.#timer.unref();
  }

  /** Writes what has not been written yet. What cannot be written is a pity, not an error. */
  flush(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { bounds, isMaximized, zoom, screen, notifications, stayInTray } = this.#memory;
    const content: z.infer<typeof memoryFile> = {
      schema: 1,
      bounds,
      maximized: isMaximized,
      zoom,
      screen,
      notifications,
      stay_in_tray: stayInTray,
    };
    try {
      const target = checkTarget(this.#file, { mayReplace: true });
      writePrivateFile(target, Buffer.from(`${JSON.stringify(content)}\n`), {
        mode: 0o600,
        mayReplace: true,
      });
    } catch (error) {
      this.#log.error('window.memory', {}, error);
    }
  }
}
