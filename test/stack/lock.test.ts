import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lockFolder } from '../../local/lock.ts';
import { shutDownOrphan } from '../../local/orphaned-redis.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'dockercoins-lock-'));
});
afterEach(() => rm(dir, { recursive: true }));

/** Starts a process that locks the folder until it is killed. */
async function startOwner() {
  const script = `
    const { lockFolder } = await import(${JSON.stringify(resolve('local/lock.ts'))});
    const lock = lockFolder(${JSON.stringify(dir)});
    process.send('locked');
    setInterval(() => lock, 1000);`;
  const owner = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  await once(owner, 'message');
  return owner;
}

describe('a folder', () => {
  test('is created and locked, and can be locked again after the release', () => {
    const folder = join(dir, 'new');
    lockFolder(folder)[Symbol.dispose]();
    using again = lockFolder(folder);
    expect(again).toBeDefined();
  });

  test('cannot be locked twice', () => {
    using lock = lockFolder(dir);
    expect(lock).toBeDefined();
    expect(() => lockFolder(dir)).toThrow(`another npm start is using ${dir}`);
  });

  test('stays locked by another process until that process is killed', async () => {
    const owner = await startOwner();
    expect(() => lockFolder(dir)).toThrow(`another npm start is using ${dir}`);
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    using lock = lockFolder(dir);
    expect(lock).toBeDefined();
  });

  test('can be locked if an old pid file has the id of another process, which keeps running', async () => {
    const other = spawn(process.execPath, [
      '--eval',
      'setInterval(() => {}, 1000)',
      'local/cli.ts',
    ]);
    await once(other, 'spawn');
    await writeFile(join(dir, 'supervisor.pid'), String(other.pid));
    await writeFile(join(dir, 'redis.pid'), String(other.pid));
    using lock = lockFolder(dir);
    await shutDownOrphan(dir);
    expect(lock).toBeDefined();
    expect(other.exitCode ?? other.signalCode).toBeNull();
    other.kill();
    await once(other, 'exit');
  });

  test('is locked independently of other folders', () => {
    using first = lockFolder(dir);
    using second = lockFolder(join(dir, 'other'));
    expect(first).not.toBe(second);
  });
});
