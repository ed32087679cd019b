import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { claimFolder } from './claim.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'dockercoins-claim-'));
});
afterEach(() => rm(dir, { recursive: true }));

/** A process that claims the folder and then waits to be killed. */
async function startOwner() {
  const script = `
    const { claimFolder } = await import(${JSON.stringify(join(import.meta.dirname, 'claim.ts'))});
    const claim = await claimFolder(${JSON.stringify(dir)});
    process.send('claimed');
    setInterval(() => claim, 1000);`;
  const owner = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  await once(owner, 'message');
  return owner;
}

describe('a folder', () => {
  test('is made and claimed, and free again after that', async () => {
    const folder = join(dir, 'new');
    (await claimFolder(folder))[Symbol.dispose]();
    using again = await claimFolder(folder);
    expect(again).toBeDefined();
  });

  test('is not claimed twice', async () => {
    using claim = await claimFolder(dir);
    expect(claim).toBeDefined();
    await expect(claimFolder(dir)).rejects.toThrow(`another npm start runs on ${dir}`);
  });

  test('belongs to another process until that is killed', async () => {
    const owner = await startOwner();
    await expect(claimFolder(dir)).rejects.toThrow(`another npm start runs on ${dir}`);
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    using claim = await claimFolder(dir);
    expect(claim).toBeDefined();
  });

  test('is claimed whatever process has the id that an earlier stack noted', async () => {
    const other = spawn(process.execPath, [
      '--eval',
      'setInterval(() => {}, 1000)',
      'local/main.ts',
    ]);
    await once(other, 'spawn');
    await writeFile(join(dir, 'supervisor.pid'), String(other.pid));
    await writeFile(join(dir, 'redis.pid'), String(other.pid));
    using claim = await claimFolder(dir);
    expect(claim).toBeDefined();
    expect(other.exitCode ?? other.signalCode).toBeNull();
    other.kill();
    await once(other, 'exit');
  });

  test('is no business of another folder', async () => {
    const other = join(dir, 'other');
    await mkdir(other);
    using first = await claimFolder(dir);
    using second = await claimFolder(other);
    expect(first).not.toBe(second);
  });
});
