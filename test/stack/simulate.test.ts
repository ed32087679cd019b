import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'dockercoins-simulate-'))));
afterEach(() => rm(folder, { recursive: true }));

const simulate = (...args: string[]) =>
  promisify(execFile)(process.execPath, ['local/cli.ts', 'simulate', ...args]);

test('the same seed gives the same bytes, another one gives others', async () => {
  const run = async (seed: string) => {
    const file = join(folder, 'result.json');
    const args = ['--miner', '10', 'RNG_DELAY_DISTRIBUTION=exponential', '--at', '20', 'rng=2'];
    const { stdout } = await simulate(...args, '--seconds', '60', '--seed', seed, '--json', file);
    return { stdout, json: await readFile(file, 'utf8') };
  };
  const first = await run('1');
  expect(await run('1')).toEqual(first);
  expect((await run('2')).json).not.toBe(first.json);
  const result = JSON.parse(first.json) as Record<string, unknown>;
  for (const key of ['hashesPerSecond', 'rngWaitMs', 'rngUtilization', 'loops', 'eventsPerSecond'])
    expect(result[key], key).toBeGreaterThan(0);
});

test('a sweep writes its curve', async () => {
  const [csv, svg] = [join(folder, 'curve.csv'), join(folder, 'curve.svg')];
  await simulate('--sweep', 'miner=1..3', '--seconds', '30', '--csv', csv, '--svg', svg);
  expect((await readFile(csv, 'utf8')).trim().split('\n')).toHaveLength(4);
  expect(await readFile(svg, 'utf8')).toContain('<svg');
});

test('wrong arguments are all listed, with exit status 2', async () => {
  const failure = simulate('--miner', 'x', '--colour', 'red').catch((err: unknown) => err);
  const { code, stderr } = (await failure) as { code: number; stderr: string };
  expect(code).toBe(2);
  expect(stderr).toContain('--miner x: ');
  expect(stderr).toContain('--colour: ');
});
