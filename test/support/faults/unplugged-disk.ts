import type { RecordedCall } from './recorded-writes.ts';

/** What a disk does, when the power goes, with writes that no sync had asked for. */
export type Unsynced = 'dropped' | 'kept' | 'torn';

const SECTOR_BYTES = 512;

interface Inode {
  durable: Buffer;
  pending: Extract<RecordedCall, { is: 'write' | 'truncate' }>[];
}

/**
 * A disk that keeps what was synced and is free with the rest. A file's content is durable with that file's fsync, a name
 * (created, linked, renamed, removed) with the folder's; the order of unsynced names is kept, as journaling file systems do.
 */
export class UnpluggedDisk {
  #names = new Map<string, Inode>();
  #durableNames = new Map<string, Inode>();
  /** Since the folder's last sync. */
  #pendingNames: Map<string, Inode>[] = [];

  constructor(files: ReadonlyMap<string, Buffer>) {
    for (const [name, content] of files)
      this.#names.set(name, { durable: Buffer.from(content), pending: [] });
    this.#durableNames = new Map(this.#names);
  }

  apply(call: RecordedCall): void {
    switch (call.is) {
      case 'write':
      case 'truncate':
        this.#inode(call.file).pending.push(call);
        break;
      case 'sync': {
        const inode = this.#inode(call.file);
        inode.durable = replay(inode, 'kept', () => 1);
        inode.pending = [];
        break;
      }
      case 'sync-folder':
        this.#durableNames = new Map(this.#names);
        this.#pendingNames = [];
        break;
      case 'create':
        if (!this.#names.has(call.file))
          this.#rename(() => this.#names.set(call.file, { durable: Buffer.alloc(0), pending: [] }));
        break;
      case 'remove':
        this.#rename(() => this.#names.delete(call.file));
        break;
      case 'link':
        this.#rename(() => this.#names.set(call.to, this.#inode(call.file)));
        break;
      case 'rename':
        this.#rename(() => {
          this.#names.set(call.to, this.#inode(call.file));
          this.#names.delete(call.file);
        });
        break;
      case 'said':
        break;
    }
  }

  /** What is found when the power comes back. @param random from 0 to 1, for what is torn */
  afterPowerCut(unsynced: Unsynced, random: () => number): Map<string, Buffer> {
    const states = [this.#durableNames, ...this.#pendingNames];
    const at =
      unsynced === 'dropped'
        ? 0
        : unsynced === 'kept'
          ? states.length - 1
          : Math.floor(random() * states.length);
    return new Map([...states[at]!].map(([name, inode]) => [name, replay(inode, unsynced, random)]));
  }

  #rename(change: () => void): void {
    change();
    this.#pendingNames.push(new Map(this.#names));
  }

  #inode(name: string): Inode {
    const inode = this.#names.get(name);
    if (inode === undefined) throw new Error(`the recording writes to ${name}, which is not there`);
    return inode;
  }
}

function replay({ durable, pending }: Inode, unsynced: Unsynced, random: () => number): Buffer {
  let content = durable;
  if (unsynced === 'dropped') return content;
  const keeps = (): boolean => unsynced === 'kept' || random() < 0.5;
  for (const call of pending) {
    if (call.is === 'truncate') {
      if (keeps()) content = resized(content, call.size);
      continue;
    }
    for (let from = 0; from < call.bytes.byteLength;) {
      const at = call.at + from;
      const until = Math.min(call.bytes.byteLength, from + SECTOR_BYTES - (at % SECTOR_BYTES));
      if (keeps()) {
        content = resized(content, Math.max(content.byteLength, at + until - from));
        call.bytes.copy(content, at, from, until);
      }
      from = until;
    }
  }
  return content;
}

function resized(content: Buffer, size: number): Buffer {
  const copy = Buffer.alloc(size);
  content.copy(copy, 0, 0, size);
  return copy;
}
