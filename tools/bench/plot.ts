/**
 * The plot of docs/performance.md: `node tools/bench/plot.ts bench.json > docs/performance.svg`.
 * @module
 */
import { readFile } from 'node:fs/promises';
import { drawBars, drawLines, picture, type Point } from '../chart.ts';
import type { Bench } from './report.ts';

/** Best hashes per second of the original without delays: 8 workers on 2 cores. */
const ORIGINAL_BEST = 222;

const file = process.argv[2];
if (file === undefined)
  throw new Error('usage: node tools/bench/plot.ts FILE, written by npm run bench -- --json FILE');
const bench = JSON.parse(await readFile(file, 'utf8')) as Bench;
process.stdout.write(
  picture(760, 'Measured throughput with delays and without', [
    drawPaced(bench.paced ?? {}),
    drawFast(bench.fast),
  ]),
);

/** Hashes per second by number of miners: lines are theoretical limits. */
function drawPaced(paced: Record<string, number>): string {
  const limitOf = (miners: number) => (miners === 100 ? 1000 / 3 : Math.min((10 * miners) / 3, 10));
  const points = Object.entries(paced).map(([miners, share]): Point => [
    Number(miners),
    share * limitOf(Number(miners)),
  ]);
  return drawLines(
    {
      title: 'With delays: hashes/s by number of miners',
      x: { min: 1, max: 100, ticks: [1, 2, 10, 100] },
      y: { min: 1, max: 1000, ticks: [1, 10, 100, 1000] },
      log: true,
      series: [
        { kind: 'free', name: 'limit with unlimited rng slots', points: [[1, 10 / 3], [100, 1000 / 3]] }, // oxfmt-ignore
        { kind: 'limit', name: 'limit with one rng slot', points: [[1, 10 / 3], [3, 10], [100, 10]] }, // oxfmt-ignore
        { kind: 'measured', name: 'measured; at 100 miners with RNG_SLOTS=0', points },
      ],
    },
    { left: 60, width: 300 },
  );
}

function drawFast(fast: Bench['fast']): string {
  if (fast === undefined) return '';
  return drawBars(
    'Without delays: loops/s',
    [
      { name: 'original, 8 workers', value: ORIGINAL_BEST },
      { name: 'this pipeline', value: fast.hashesPerSecond, strong: true },
      { name: 'predicted from its halves', value: fast.bound },
      { name: 'HTTP only', value: fast.httpLoops },
      { name: 'empty jobs only', value: fast.emptyJobs },
    ],
    { left: 470, width: 220 },
  );
}
