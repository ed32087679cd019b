import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { freePort } from './free-port.ts';
import { until } from '../test/support/until.ts';
import { claimFolder, redisPidFile } from './claim.ts';
import { redisCommand, whyNoRedis } from './redis.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'dockercoins-claim-'));
});
afterEach(() => rm(dir, { recursive: true }));

const note = () => join(dir, 'supervisor.pid');
/** An id that no process has. */
const NOBODY = 2 ** 22 + 1;

describe('a folder', () => {
  test('is made and claimed for this process', async () => {
    using claim = await claimFolder(join(dir, 'new'));
    expect(claim).toBeDefined();
    expect(await readFile(join(dir, 'new', 'supervisor.pid'), 'utf8')).toBe(String(process.pid));
  });

  test('is free again after that', async () => {
    (await claimFolder(dir))[Symbol.dispose]();
    expect(existsSync(note())).toBe(false);
    using again = await claimFolder(dir);
    expect(again).toBeDefined();
  });

  test('is not claimed twice', async () => {
    using claim = await claimFolder(dir);
    expect(claim).toBeDefined();
    await expect(claimFolder(dir)).rejects.toThrow(
      `the stack of this folder runs already (process ${process.pid}): stop it first`,
    );
    expect(existsSync(note())).toBe(true);
  });

  test.each([String(NOBODY), '', 'garbage'])(
    'is claimed where whoever noted "%s" is gone',
    async (pid) => {
      await writeFile(note(), pid);
      using claim = await claimFolder(dir);
      expect(claim).toBeDefined();
    },
  );

  test('is claimed where another program has the id now', async () => {
    const other = spawn('sleep', ['60']);
    await once(other, 'spawn');
    await writeFile(note(), String(other.pid));
    using claim = await claimFolder(dir);
    expect(claim).toBeDefined();
    expect(other.exitCode).toBeNull();
    other.kill();
    await once(other, 'exit');
  });
});

describe('a Redis that outlived its supervisor', () => {
  test('is ended before the folder is claimed', async () => {
    const port = await freePort();
    const [file = '', ...args] = redisCommand(port, dir);
    const redis = spawn(file, args, { stdio: 'ignore' });
    const exited = once(redis, 'exit');
    expect(await whyNoRedis(`redis://127.0.0.1:${port}`, 5000)).toBeUndefined();
    await until('it noted its id', () => existsSync(redisPidFile(dir)));
    using claim = await claimFolder(dir);
    expect(claim).toBeDefined();
    await exited;
    expect(await whyNoRedis(`redis://127.0.0.1:${port}`, 100)).toMatch(/^no Redis answers/);
  });

  test('is left alone where its id is another program now', async () => {
    const other = spawn('sleep', ['60']);
    await once(other, 'spawn');
    await writeFile(redisPidFile(dir), String(other.pid));
    using claim = await claimFolder(dir);
    expect(claim).toBeDefined();
    expect(other.exitCode).toBeNull();
    other.kill();
    await once(other, 'exit');
  });
});
