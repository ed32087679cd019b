import { expect, test } from 'vitest';
import { simulate } from '../../simulation/figures.ts';
import { planOf, type Plan } from '../../simulation/settings.ts';
import { drawCurve } from './curve.ts';
import { renderFigures, renderSweep, sweepCsv, type SweepPoint } from './report.ts';

const pointOf = (value: number, plan: Plan): SweepPoint => ({
  value,
  plan,
  figures: simulate(plan, 110, { warmUp: 10 }),
});

const ofMiners = (miner: number) => pointOf(miner, planOf({ scale: { miner } }));

/** Returns the cells of a row: simulated, on paper. */
function rowOf(plan: Plan, name: string, isSteady = true): string[] {
  const { figures } = pointOf(0, plan);
  const line = renderFigures(plan, figures, isSteady)
    .split('\n')
    .find((row) => row.startsWith(`| ${name} |`));
  return (
    line
      ?.split(' | ')
      .slice(1)
      .map((cell) => cell.replace(' |', '')) ?? []
  );
}

test('the table shows each figure next to what is on paper', () => {
  const plan = planOf({ scale: { miner: 10 } });
  expect(rowOf(plan, 'speed')).toEqual(['10 hashes/s', '10 hashes/s']);
  expect(rowOf(plan, 'wait at rng, mean')).toEqual(['700 ms', '700 ms']);
  expect(rowOf(plan, 'utilization of rng')).toEqual(['1.000', '1']);
});

test('nothing is on paper if something happens in between', () => {
  expect(rowOf(planOf(), 'speed', false)[1]).toBe('–');
});

test('a fixed rate of jobs is a limit, too', () => {
  const plan = planOf({ scale: { miner: 10 }, settings: { PRODUCER_RATE: 6 } });
  expect(rowOf(plan, 'speed')).toEqual(['6 hashes/s', '6 hashes/s']);
});

test('a sweep is a table, CSV, and a picture', () => {
  const points = [1, 2, 5].map(ofMiners);
  expect(renderSweep('miner', points)).toMatchInlineSnapshot(`
    "| miner | hashes/s | on paper | wait at rng, ms | utilization of rng |
    | --- | --- | --- | --- | --- |
    | 1 | 3.33 | 3.333 | 0 | 0.334 |
    | 2 | 6.66 | 6.667 | 0 | 0.667 |
    | 5 | 10 | 10 | 200 | 1.000 |
    "
  `);
  expect(sweepCsv('miner', points)).toBe(
    'miner,hashesPerSecond,limit,rngWaitMs,rngUtilization\n1,3.33,3.333,0,0.334\n2,6.66,6.667,0,0.667\n5,10,10,200,1.000\n',
  );
  const svg = drawCurve('miner', points);
  expect(svg).toMatch(/^<svg .*<\/svg>\n$/s);
  expect(svg.match(/<polyline class="(simulated|limit)"/g)).toHaveLength(2);
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
});

test('a curve of one point, or without a limit, can be drawn', () => {
  const point = ofMiners(1);
  const { figures, plan } = point;
  const settings = { ...plan.settings, RNG_DELAY_MS: 0, HASHER_DELAY_MS: 0, MINER_WORK_MS: 0 };
  const unlimited = { value: 1, figures, plan: { ...plan, settings } };
  for (const points of [[point], [ofMiners(0)], [unlimited]]) {
    expect(drawCurve('miner', points)).not.toMatch(/NaN|Infinity|undefined/);
  }
});
