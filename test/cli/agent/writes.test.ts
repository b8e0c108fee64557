import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AGENT, AgentHome, eventually, pause } from '../../support/homes/agent-home.ts';

let home: AgentHome;
beforeEach(() => {
  home = new AgentHome();
});
afterEach(() => home.dispose());

const value = (n: number): string => `mbd_test_${String(n).padStart(20, 'x')}`;

describe('one agent', () => {
  it('is all that 20 commands at once on an empty home make, and all of them are answered', async () => {
    const all = await Promise.all(
      Array.from({ length: 20 }, () => home.keymolt(['agent', 'start', '--json', '--no-input'])),
    );
    expect(all.map(({ status, stderr }) => ({ status, stderr }))).toEqual(
      all.map(() => ({ status: 0, stderr: '' })),
    );
    const pids = new Set(all.map(({ stdout }) => (JSON.parse(stdout) as { agent_pid: number }).agent_pid));
    expect([...pids]).toEqual(home.agentPids());
  });

  it('is left of two that are started at once, and the other says who has the vault', async () => {
    await home.init();
    await home.stop();
    const start = () => {
      const child = spawn(process.execPath, [AGENT], {
        env: home.env,
        stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
      });
      let said = '';
      child.stdio[3]!.on('data', (chunk: Buffer) => (said += chunk.toString()));
      return new Promise<{ isReady: boolean; code: string | undefined }>((resolve) => {
        child.stdio[3]!.once('close', () => {
          const { ready, error } = JSON.parse(said) as { ready?: boolean; error?: { code: string } };
          resolve({ isReady: ready === true, code: error?.code });
        });
      });
    };
    const both = await Promise.all([start(), start()]);
    expect(both.filter(({ isReady }) => isReady)).toHaveLength(1);
    expect(both.find(({ isReady }) => !isReady)?.code).toBe('AGENT_UNAVAILABLE');
    await home.unlock();
    expect(home.agentPids()).toHaveLength(1);
  });

  it('leaves vault.db alone when it is stopped, by command or by signal', async () => {
    await home.init();
    await home.addKey('one', value(1));
    await home.stop();
    const besides = ['-wal', '-shm', '-journal'].map((suffix) => `${home.paths.vault}${suffix}`);
    expect(besides.filter((file) => existsSync(file))).toEqual([]);
    expect(existsSync(home.paths.socket)).toBe(false);
    expect(home.agentPids()).toEqual([]);
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      await home.unlock();
      await home.addKey(`by-${signal.toLowerCase()}`, value(2));
      const [pid] = home.agentPids();
      process.kill(pid!, signal);
      await eventually('the agent ends', () => home.agentPids().length === 0);
      expect(besides.filter((file) => existsSync(file))).toEqual([]);
    }
    await home.unlock();
    expect(await home.keyNames()).toEqual(['by-sigint', 'by-sigterm', 'one']);
  });

  it('survives the end of the terminal that started it', async () => {
    await home.init();
    const [pid] = home.agentPids();
    process.kill(pid!, 'SIGHUP');
    await pause(200);
    expect((await home.status()).vault).toBe('unlocked');
  });

  it('answers what it was asked before it stops', async () => {
    await home.init();
    const connection = await home.connect();
    const answers = Promise.all([
      ...Array.from({ length: 10 }, (_, n) =>
        connection.request('keys.add', {
          name: `k${n}`,
          platform: 'sandbox-hosting',
          value: Buffer.from(value(n)),
        }),
      ),
      connection.request('agent.stop', {}),
    ]);
    await expect(answers).resolves.toHaveLength(11);
    await eventually('the agent ends', () => home.agentPids().length === 0);
    await home.unlock();
    expect(await home.keyNames()).toHaveLength(10);
  });
});

describe('writes', () => {
  it('of forty processes at once are all there, and none twice', async () => {
    await home.init();
    const added = await Promise.all(
      Array.from({ length: 40 }, (_, n) => home.addKey(`key-${String(n % 30).padStart(2, '0')}`, value(n))),
    );
    expect(added.filter(({ status }) => status === 0)).toHaveLength(30);
    // A name given twice: the second is refused, and never overwrites.
    expect(added.filter(({ status }) => status === 11)).toHaveLength(10);
    const names = Array.from({ length: 30 }, (_, n) => `key-${String(n).padStart(2, '0')}`);
    expect(await home.keyNames()).toEqual(names);
    const verified = JSON.parse((await home.ok('audit', 'verify', '--json')).stdout) as { intact: boolean };
    expect(verified.intact).toBe(true);
  });

  it('that were acknowledged are there after kill -9, again and again', async () => {
    await home.init();
    const acknowledged = new Set<string>();
    for (let round = 0; round < 12; round += 1) {
      await home.unlock('--grant', 'user');
      const connection = await home.connect();
      const isDead = (async () => {
        await pause(3 + round * 4);
        await home.killAgent();
      })();
      try {
        for (let n = 0; ; n += 1) {
          const name = `r${round}-${n}`;
          await connection.request('keys.add', {
            name,
            platform: 'sandbox-hosting',
            value: Buffer.from(value(round * 1000 + n)),
          });
          acknowledged.add(name);
        }
      } catch {
        // The agent is dead.
      }
      connection.close();
      await isDead;
    }
    await home.unlock('--grant', 'user');
    const names = await home.keyNames();
    expect([...acknowledged].filter((name) => !names.includes(name))).toEqual([]);
    expect(acknowledged.size).toBeGreaterThan(12);
    // A write cut off before its acknowledgement may be there or not, but at most one a round.
    expect(names.length - acknowledged.size).toBeLessThanOrEqual(12);
    const verified = JSON.parse((await home.ok('audit', 'verify', '--json')).stdout) as { intact: boolean };
    expect(verified.intact).toBe(true);
    const last = [...acknowledged].at(-1)!;
    const read = await home.ok('read', `molt://dev/${last}`, '--reveal', '--no-input');
    const [round, n] = last.slice(1).split('-').map(Number);
    expect(read.stdout.trim()).toBe(value(round! * 1000 + n!));
    expect(readFileSync(home.paths.vault).includes(value(round! * 1000 + n!))).toBe(false);
  });

  it('are never asked of two agents: a vault whose lock another process holds says so', async () => {
    await home.init();
    await home.stop();
    const holder = spawn(
      process.execPath,
      [
        '-e',
        `const db = new (require(process.argv[2]))(process.argv[1]);
         db.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE'); console.log('held'); setTimeout(() => {}, 30000);`,
        home.paths.lock,
        createRequire(import.meta.url).resolve('better-sqlite3'),
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    try {
      await new Promise((resolve) => holder.stdout.once('data', resolve));
      const ended = await home.keymolt(['key', 'list', '--no-input']);
      expect(ended.status).toBe(1);
      expect(ended.stderr).toMatch(/Another keymolt process has this vault open/);
    } finally {
      holder.kill('SIGKILL');
    }
  });
});
