import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface RunningKeyring {
  /** With it, libsecret finds the keyring. */
  readonly env: Record<string, string | undefined>;
  readonly home: string;
  stop(): Promise<void>;
}

/**
 * A real GNOME Keyring on a session bus of its own, with a home of its own. Needs the Debian packages dbus and
 * gnome-keyring: where they are missing the test fails, it is not left out.
 */
export async function startKeyring({ unlocked }: { unlocked: boolean }): Promise<RunningKeyring> {
  const home = mkdtempSync(join(tmpdir(), 'keymolt-keyring-'));
  const runtime = join(home, 'runtime');
  const start = unlocked
    ? `printf 'pw\\n' | gnome-keyring-daemon --foreground --unlock --components=secrets --control-directory="$1" >/dev/null 2>&1`
    : `gnome-keyring-daemon --foreground --components=secrets --control-directory="$1" </dev/null >/dev/null 2>&1`;
  const script = `
    echo "$DBUS_SESSION_BUS_ADDRESS"
    { ${start}; } &
    for i in $(seq 100); do
      dbus-send --session --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.NameHasOwner string:org.freedesktop.secrets 2>/dev/null | grep -q 'boolean true' && break
      sleep 0.05
    done
    echo ready
    read -r _
    kill %1
  `;
  mkdirSync(runtime, { mode: 0o700 });
  const own = {
    ...process.env,
    DISPLAY: undefined,
    HOME: home,
    XDG_RUNTIME_DIR: runtime,
    XDG_DATA_HOME: join(home, 'data'),
  };
  const child = spawn('dbus-run-session', ['--', 'bash', '-c', script, 'keyring', runtime], {
    env: own,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const address = await readUntilReady(child);
  return {
    env: { ...own, DBUS_SESSION_BUS_ADDRESS: address },
    home,
    async stop() {
      child.stdin.end('\n');
      await ended;
      rmSync(home, { recursive: true, force: true });
    },
  };
}

function readUntilReady(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    child.once('error', reject);
    child.once('close', () => reject(new Error(`the keyring did not start: ${output}`)));
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes('ready')) resolve(output.split('\n')[0] ?? '');
    });
  });
}
