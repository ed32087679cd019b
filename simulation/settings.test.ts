import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readEnv } from '@dockercoins/common/service/env';
import { configSchema as hasher } from '../hasher/config.ts';
import { configSchema as miner } from '../miner/config.ts';
import { configSchema as producer } from '../producer/config.ts';
import { configSchema as rng } from '../rng/config.ts';
import { simulate } from './figures.ts';
import { DEFAULTS, MEASURED, planOf } from './settings.ts';

test('the defaults are those of the services', () => {
  const services = readEnv({ ...rng, ...hasher, ...miner, ...producer }, {});
  expect(services).toMatchObject(DEFAULTS);
});

const performance = readFileSync('docs/performance.md', 'utf8');
/** Returns the cells of a row of a table. */
const cellsIn = (text: string, row: RegExp) => (row.exec(text)?.[1] ?? '').split(' | ');

test('the CPU time of a loop is that of docs/performance.md', () => {
  const names = cellsIn(performance, /^\| CPU time per loop \| (.+) \|$/m);
  const values = cellsIn(performance, /^\| ms of one core \| (.+) \|$/m);
  const measured = Object.fromEntries(names.map((name, n) => [name, Number(values[n])]));
  expect(measured).toMatchObject(MEASURED.cpuMs);
});

test('with the measured costs, a miner is between what README.md and docs/performance.md report', () => {
  const [, , , lab = ''] = cellsIn(readFileSync('README.md', 'utf8'), /^\| (one-miner .+) \|$/m);
  const [, limit, share] = cellsIn(performance, /^\| (1 \| [\d.]+ \| [\d.]+) \|$/m);
  const reported = [parseFloat(lab), Number(limit) * Number(share)];
  const { hashesPerSecond } = simulate(planOf({ costs: MEASURED }), 310, { warmUp: 10 });
  expect(hashesPerSecond).toBeGreaterThanOrEqual(Math.min(...reported));
  expect(hashesPerSecond).toBeLessThanOrEqual(Math.max(...reported));
});
