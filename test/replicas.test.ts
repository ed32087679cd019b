/**
 * A replica freezes while ten miners mine. With 200 ms each, four rngs allow 20 hashes/s and three of them 15, far
 * less than ten miners could do, so that other load on this machine does not blur the difference.
 */
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Speedometer } from './faults/speedometer.ts';
import { startStackProcess, type RunningStack } from '../testing/stack.ts';
import { until } from '../testing/until.ts';

const FULL = 0.93 * 20;
const WINDOW_MS = 3000;

let stack: RunningStack;
let redis: Redis;
let pids: Map<string, number>;
beforeAll(async () => {
  const counts = ['miner=10', 'rng=4', 'hasher=4'].flatMap((count) => ['--scale', count]);
  stack = await startStackProcess({ args: counts, env: { RNG_DELAY_MS: '200' } });
  redis = new Redis(stack.redis);
  pids = await stack.pids();
  await untilSpeed(FULL, 20_000);
});
afterAll(async () => {
  redis.disconnect();
  await stack[Symbol.asyncDispose]();
});

const signal = (name: string, what: NodeJS.Signals) => process.kill(pids.get(name) ?? NaN, what);

/** Resolves when the loops of a window are as fast as this; fails if no window that begins within `ms` is. */
async function untilSpeed(atLeast: number, ms: number): Promise<void> {
  const speedometer = new Speedometer(redis);
  const speeds: string[] = [];
  const began = performance.now();
  const look = async () => {
    const at = performance.now() - began;
    const speed = await speedometer.measure(WINDOW_MS);
    speeds.push(`${(at / 1000).toFixed(1)} s: ${speed.toFixed(1)}`);
    return speed >= atLeast;
  };
  try {
    await until(`${atLeast} hashes/s`, look, ms);
  } catch (cause) {
    throw new Error(`expected ${atLeast} hashes/s; ${speeds.join(', ')}`, { cause });
  }
}

test.each([
  ['rng-2', 0.9 * 15],
  ['hasher-2', 0.9 * 20],
])(
  'the speed is that of the others 5 s after %s froze, and full again after it went on',
  async (name, speed) => {
    signal(name, 'SIGSTOP');
    try {
      await untilSpeed(speed, 5000);
    } finally {
      signal(name, 'SIGCONT');
    }
    await untilSpeed(FULL, 15_000);
  },
);

test('no loop failed', () => {
  expect(stack.lines.filter((line) => line.includes('loop failed'))).toEqual([]);
});
