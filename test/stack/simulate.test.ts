import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runCommand } from '../support/run-command.ts';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'dockercoins-simulate-'))));
afterEach(() => rm(folder, { recursive: true }));

const simulate = (...args: string[]) => runCommand(['simulate', ...args]);

test('the same seed gives the same bytes, another one gives others', async () => {
  const run = async (seed: string) => {
    const file = join(folder, 'result.json');
    const args = ['--miner', '10', 'RNG_DELAY_DISTRIBUTION=exponential', '--at', '20', 'rng=2'];
    args.push('--seconds', '60', '--seed', seed, '--json', file);
    const { status, stdout } = await simulate(...args);
    expect(status).toBe(0);
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
  const sweep = ['--sweep', 'miner=1..3', '--seconds', '30'];
  const { status } = await simulate(...sweep, '--csv', csv, '--svg', svg);
  expect(status).toBe(0);
  expect((await readFile(csv, 'utf8')).trim().split('\n')).toHaveLength(4);
  expect(await readFile(svg, 'utf8')).toContain('<svg');
});

test('wrong arguments are all listed, with exit status 2', async () => {
  const { status, stderr } = await simulate('--miner', 'x', '--colour', 'red');
  expect(status).toBe(2);
  expect(stderr).toContain('--miner x: ');
  expect(stderr).toContain('--colour: ');
});
