import { expect, test } from 'vitest';
import { startService } from '../support/service.ts';
import { until } from '../../tools/stack/until.ts';

test('a process with hanging requests stops: it responds to them instead of waiting until it may abort them', async () => {
  const rng = await startService('rng/main.ts', {
    RNG_HANG_RATE: '1',
    RNG_SLOTS: '0',
    LOG_LEVEL: 'silent',
  });
  const statuses = Promise.all(
    Array.from({ length: 5 }, async () => (await fetch(`http://127.0.0.1:${rng.port}/32`)).status),
  );
  await until('five requests hang', async () => (await rng.metric('gate_in_flight')) === 5);
  expect(await rng.stop()).toBe(0);
  expect(await statuses).toEqual([500, 500, 500, 500, 500]);
});

test('a process leaks the memory of each request', async () => {
  await using rng = await startService('rng/main.ts', {
    RNG_LEAK_KB: '1000',
    RNG_DELAY_MS: '0',
    LOG_LEVEL: 'silent',
  });
  const request = () => fetch(`http://127.0.0.1:${rng.port}/32`).then((it) => it.bytes());
  for (let n = 0; n < 20; n++) await request();
  const before = await rng.memory();
  for (let n = 0; n < 100; n++) await request();
  const leaked = (await rng.memory()) - before;
  expect(leaked).toBeGreaterThan(90);
  expect(leaked).toBeLessThan(125);
});
