/**
 * The plot of docs/performance.md: `node tools/bench/plot.ts bench.json > docs/performance.svg`.
 * @module
 */
import { readFile } from 'node:fs/promises';
import type { Bench } from './report.ts';

const WIDTH = 760;
const HEIGHT = 300;
const FROM = { x: 60, y: 250 };
const SIZE = { x: 300, y: 210 };
const BARS_AT = 470;

/** Best hashes per second of the original without delays: 8 workers on 2 cores. */
const ORIGINAL_BEST = 222;

const file = process.argv[2];
if (file === undefined)
  throw new Error('usage: node tools/bench/plot.ts FILE, written by npm run bench -- --json FILE');
const bench = JSON.parse(await readFile(file, 'utf8')) as Bench;
process.stdout.write(
  [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="white"/>`,
    ...plotPaced(bench.paced ?? {}),
    ...plotFast(bench.fast),
    '</svg>\n',
  ].join('\n'),
);

/** Hashes per second by number of miners on logarithmic axes: lines are theoretical limits, points are measurements. */
function plotPaced(paced: Record<string, number>): string[] {
  const limitOf = (miners: number) => (miners === 100 ? 1000 / 3 : Math.min((10 * miners) / 3, 10));
  const x = (miners: number) => FROM.x + (Math.log10(miners) / 2) * SIZE.x;
  const y = (speed: number) => FROM.y - (Math.log10(speed) / 3) * SIZE.y;
  const line = (points: [number, number][], color: string) =>
    `<polyline fill="none" stroke="${color}" stroke-width="2" points="${points.map(([miners, speed]) => `${x(miners)},${y(speed)}`).join(' ')}"/>`;
  const points = Object.entries(paced).map(
    ([miners, ratio]) =>
      `<circle cx="${x(Number(miners))}" cy="${y(ratio * limitOf(Number(miners)))}" r="5" fill="#0b7a4b"/>`,
  );
  return [
    text(FROM.x, 20, 'With delays: hashes/s by number of miners', 'start', 'bold'),
    ...[1, 10, 100, 1000].map(
      (speed) => `${grid(y(speed))}${text(FROM.x - 8, y(speed) + 4, String(speed), 'end')}`,
    ),
    ...[1, 2, 10, 100].map((miners) => text(x(miners), FROM.y + 18, String(miners), 'middle')),
    line([[1, 10 / 3], [100, 1000 / 3]], '#9bbfae'), // oxfmt-ignore
    line([[1, 10 / 3], [3, 10], [100, 10]], '#c97b3d'), // oxfmt-ignore
    ...points,
    text(x(9), y(52), 'limit with unlimited rng slots', 'end'),
    text(x(100), y(6), 'limit with 1 rng slot', 'end'),
    text(
      FROM.x,
      HEIGHT - 8,
      'Dots are measurements; the one at 100 miners is with RNG_SLOTS=0',
      'start',
    ),
  ];
}

/** Loops per second without delays, as bars. */
function plotFast(fast: Bench['fast']): string[] {
  if (fast === undefined) return [];
  const bars: [string, number][] = [
    ['original, 8 workers', ORIGINAL_BEST],
    ['this pipeline', fast.hashesPerSecond],
    ['predicted from its halves', fast.bound],
    ['HTTP only', fast.httpLoops],
    ['empty jobs only', fast.emptyJobs],
  ];
  const fastest = Math.max(...bars.map(([, speed]) => speed));
  return [
    text(BARS_AT, 20, 'Without delays: loops/s', 'start', 'bold'),
    ...bars.flatMap(([name, speed], index) => {
      const top = 40 + index * 46;
      const width = (speed / fastest) * 200;
      return [
        text(BARS_AT, top + 10, name, 'start'),
        `<rect x="${BARS_AT}" y="${top + 15}" width="${width.toFixed(1)}" height="16" fill="${index === 1 ? '#0b7a4b' : '#9bbfae'}"/>`,
        text(BARS_AT + width + 6, top + 28, speed.toFixed(), 'start'),
      ];
    }),
  ];
}

function grid(y: number): string {
  return `<line x1="${FROM.x}" x2="${FROM.x + SIZE.x}" y1="${y}" y2="${y}" stroke="#ddd"/>`;
}

function text(x: number, y: number, content: string, anchor: string, weight = 'normal'): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" font-weight="${weight}" fill="#222">${content}</text>`;
}
