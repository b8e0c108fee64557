import { createRequire } from 'node:module';

export interface LibC {
  readonly getsockopt: (fd: number, level: number, option: number, value: Buffer, length: Buffer) => number;
  readonly prctl: (option: number, value: number) => number;
  /** Of glibc alone: gives free memory back to the system. */
  readonly mallocTrim: ((keepBytes: number) => number) | undefined;
}

let loaded: LibC | null | undefined;

/** Calls into the system's C library; null where it is not Linux, or the FFI module does not load. */
export function libC(): LibC | null {
  if (loaded !== undefined) return loaded;
  loaded = null;
  if (process.platform !== 'linux') return loaded;
  try {
    const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi');
    const library = koffi.load(null);
    loaded = {
      getsockopt: library.func(
        'int getsockopt(int fd, int level, int name, _Inout_ uint8_t *value, _Inout_ uint8_t *length)',
      ) as LibC['getsockopt'],
      prctl: library.func('int prctl(int option, unsigned long value)') as LibC['prctl'],
      mallocTrim: findMallocTrim(library),
    };
  } catch {
    loaded = null;
  }
  return loaded;
}

function findMallocTrim(library: ReturnType<typeof import('koffi').load>): LibC['mallocTrim'] {
  try {
    return library.func('int malloc_trim(size_t pad)') as LibC['mallocTrim'];
  } catch {
    // musl has none.
    return undefined;
  }
}
