/**
 * One replica of rng or hasher freezes while ten miners mine. rng takes 200 ms per request: four replicas allow 20
 * hashes/s, three allow 15. Ten miners could do far more, so load on this machine does not blur the difference.
 * @module
 */
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { queueKeys } from '@dockercoins/common/queue/queue-keys';
import { startStackProcess, type RunningStack } from '../../tools/stack/stack.ts';
import { until } from '../../tools/stack/until.ts';

const FULL_SPEED = 0.93 * 20;
const WINDOW_MS = 3000;
/** How long it may take until the other replicas do all the work. */
const NOTICE_MS = 5000;

const running = new AsyncDisposableStack();
let stack: RunningStack;
let redis: Redis;
beforeAll(async () => {
  const args = ['miner=10', 'rng=4', 'hasher=4'].flatMap((count) => ['--scale', count]);
  stack = running.use(await startStackProcess({ args, env: { RNG_DELAY_MS: '200' } }));
  redis = running.adopt(new Redis(stack.redis), (client) => client.disconnect());
  await untilSpeed(FULL_SPEED);
});
afterAll(() => running.disposeAsync());

/** Waits for a window at this speed (hashes/s) or more, and resolves to when that began (ms after the call). */
async function untilSpeed(speed: number): Promise<number> {
  const readings: { at: number; loops: number }[] = [];
  const startedAt = performance.now();
  return until(`there are ${speed} hashes/s`, async () => {
    const loops = Number(await redis.hget(queueKeys().completedCount, 'count'));
    const now = { at: performance.now(), loops };
    readings.push(now);
    const begin = readings.findLast(({ at }) => now.at - at >= WINDOW_MS);
    if (begin === undefined) return false;
    const current = ((now.loops - begin.loops) * 1000) / (now.at - begin.at);
    return current >= speed && begin.at - startedAt;
  });
}

test.each([
  ['rng-2', 0.9 * 15],
  ['hasher-2', 0.9 * 20],
])(
  'the other replicas do all the work within 5 s after %s freezes, and full speed returns when it thaws',
  async (instance, speed) => {
    const pid = await stack.pidOf(instance);
    process.kill(pid, 'SIGSTOP');
    try {
      expect(await untilSpeed(speed)).toBeLessThan(NOTICE_MS);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await untilSpeed(FULL_SPEED);
  },
);

test('no loop fails', () => {
  expect(stack.lines.filter((line) => line.includes('loop failed'))).toEqual([]);
});
