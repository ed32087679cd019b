/**
 * What the dashboard forecasts. Alone, because on a busy machine it forecasts nothing.
 * @module
 */
import { expect, test } from 'vitest';
import { startStackProcess } from '../../tools/stack/stack.ts';
import { until } from '../../tools/stack/until.ts';

test('a second rng is forecast to gain nothing with three miners, because they are as busy', async () => {
  await using stack = await startStackProcess({ args: ['--scale', 'miner=3'] });
  const forecast = await until('there is a forecast', async () => {
    const frame = await stack.frame();
    return (frame?.miners === 3 && frame.bottleneck?.oneMore) || undefined;
  });
  expect(forecast.speed).toBeLessThan(15);
});
