import { describe, expect, test } from 'vitest';
import { RedisClock } from '@dockercoins/common/queue/redis-clock';
import { startTestRedis } from '../test/support/shared-redis.ts';
import { until } from '../tools/stack/until.ts';
import { Lease } from './lease.ts';

const KEY = 'lease';
const { redis } = await startTestRedis();

const lease = (holder: string, ttlMs = 60_000) =>
  new Lease({ redis, key: KEY, holder, ttlMs, clock: new RedisClock() });

describe('a lease', () => {
  test('goes to only one of many replicas that request it at once', async () => {
    const all = Array.from({ length: 20 }, (_, n) => lease(`producer-${n}`));
    const held = await Promise.all(all.map((one) => one.hold()));
    expect(held.filter(Boolean)).toHaveLength(1);
  });

  test('names its holder', async () => {
    await lease('producer-1').hold();
    expect(await redis.get(KEY)).toBe('producer-1');
  });

  test('stays with the holder that renews it', async () => {
    const mine = lease('producer-1');
    await mine.hold();
    await redis.pexpire(KEY, 10_000);
    expect(await mine.hold()).toBe(true);
    expect(await redis.pttl(KEY)).toBeGreaterThan(10_000);
  });

  test('is not extended by other replicas that request it', async () => {
    await lease('producer-1').hold();
    await redis.pexpire(KEY, 30_000);
    expect(await lease('producer-2').hold()).toBe(false);
    expect(await redis.pttl(KEY)).toBeLessThanOrEqual(30_000);
  });

  test('goes to the next replica when it expires', async () => {
    await lease('producer-1', 50).hold();
    const next = lease('producer-2');
    await until('the next replica has it', () => next.hold());
    expect(await redis.get(KEY)).toBe('producer-2');
  });

  test('goes to the next replica at once when it is released', async () => {
    const mine = lease('producer-1');
    await mine.hold();
    await mine.release();
    expect(await lease('producer-2').hold()).toBe(true);
  });

  test('is not released by a replica that no longer holds it', async () => {
    const late = lease('producer-1');
    await late.hold();
    await redis.del(KEY);
    await lease('producer-2').hold();
    await late.release();
    expect(await redis.get(KEY)).toBe('producer-2');
  });
});
