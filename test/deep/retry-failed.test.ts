/**
 * The command in the dashboard's image that retries failed jobs, bundled as there.
 * @module
 */
import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startCluster, startSentinelGroup } from '../../tools/stack/redis-group.ts';
import { takeRedis } from '../support/shared-redis.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'dockercoins-retry-'));
  const flags = ['build', 'dashboard/retry-failed', '-c', 'bundle.config.ts', '--outDir', dir];
  execFileSync('node_modules/.bin/vite', flags, { stdio: 'ignore' });
});
afterAll(() => rm(dir, { recursive: true }));

const run = (env: Record<string, string>, ...args: string[]) =>
  promisify(execFile)(process.execPath, [join(dir, 'main.mjs'), ...args], { env });

test('it is a single file, which says what it did', async () => {
  expect(await readdir(dir)).toEqual(['main.mjs']);
  await using redis = await takeRedis();
  const { stdout } = await run({ REDIS_URL: redis.url, QUEUES: '2' });
  expect(stdout).toBe('no job has failed for good\n');
});

test.each([
  ['a cluster', startCluster],
  ['sentinels', startSentinelGroup],
])('it finds the queues of %s', async (_what, start) => {
  await using redis = await start();
  const { stdout } = await run({ REDIS_URL: redis.url, QUEUES: '3' });
  expect(stdout).toBe('no job has failed for good\n');
});

test('it says why it did nothing', async () => {
  await expect(run({ REDIS_URL: 'redis://127.0.0.1:1' })).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^Redis at 127.0.0.1:1: .*ECONNREFUSED/) as string,
  });
  await expect(run({ QUEUES: 'x' })).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('QUEUES') as string,
  });
});

test('it describes itself', async () => {
  const { stdout } = await run({}, '--help');
  expect(stdout).toContain('retries all jobs that failed for good');
});
