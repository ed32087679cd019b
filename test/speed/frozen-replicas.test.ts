/**
 * One replica of rng or hasher freezes while ten miners mine. rng takes 200 ms per request: four replicas allow 20
 * hashes/s, three allow 15. Ten miners could do far more, so load on this machine does not blur the difference.
 * @module
 */
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Speedometer } from '../faults/speedometer.ts';
import { startStackProcess, type RunningStack } from '../../testing/stack.ts';
import { until } from '../../testing/until.ts';

const FULL_SPEED = 0.93 * 20;
const WINDOW_MS = 3000;

let stack: RunningStack;
let redis: Redis;
let pids: Map<string, number>;
beforeAll(async () => {
  const args = ['miner=10', 'rng=4', 'hasher=4'].flatMap((count) => ['--scale', count]);
  stack = await startStackProcess({ args, env: { RNG_DELAY_MS: '200' } });
  redis = new Redis(stack.redis);
  pids = await stack.pids();
  await untilSpeed(FULL_SPEED, 20_000);
});
afterAll(async () => {
  redis.disconnect();
  await stack[Symbol.asyncDispose]();
});

const signal = (instance: string, name: NodeJS.Signals) =>
  process.kill(pids.get(instance) ?? NaN, name);

/** Waits for a window at this speed (hashes/s) or more; fails if no window that begins within `timeoutMs` reaches it. */
async function untilSpeed(speed: number, timeoutMs: number): Promise<void> {
  const speedometer = new Speedometer(redis);
  const measured: string[] = [];
  const startedAt = performance.now();
  const reachesSpeed = async () => {
    const seconds = (performance.now() - startedAt) / 1000;
    const current = await speedometer.measure(WINDOW_MS);
    measured.push(`${seconds.toFixed(1)} s: ${current.toFixed(1)}`);
    return current >= speed;
  };
  try {
    await until(`the speed is ${speed} hashes/s`, reachesSpeed, timeoutMs);
  } catch (cause) {
    throw new Error(`expected ${speed} hashes/s; ${measured.join(', ')}`, { cause });
  }
}

test.each([
  ['rng-2', 0.9 * 15],
  ['hasher-2', 0.9 * 20],
])(
  'the other replicas do all the work within 5 s after %s freezes, and full speed returns when it thaws',
  async (instance, speed) => {
    signal(instance, 'SIGSTOP');
    try {
      await untilSpeed(speed, 5000);
    } finally {
      signal(instance, 'SIGCONT');
    }
    await untilSpeed(FULL_SPEED, 15_000);
  },
);

test('no loop fails', () => {
  expect(stack.lines.filter((line) => line.includes('loop failed'))).toEqual([]);
});
