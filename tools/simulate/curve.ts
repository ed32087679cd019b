/**
 * The curve of a sweep as a picture, for light and dark pages.
 * @module
 */
import { niceStep, ticks } from '../../dashboard/web/scaling/ticks.ts';
import { limitOf, type SweepPoint } from './report.ts';

const WIDTH = 760;
const HEIGHT = 380;
const PLOT = { left: 60, right: 740, top: 50, bottom: 320 };

const STYLE = `
text { font: 13px sans-serif; fill: #444; }
.title { font-weight: bold; }
.grid { stroke: #ddd; }
.simulated { fill: none; stroke: #0b5f9e; stroke-width: 2.5; }
.limit { fill: none; stroke: #9a5b1f; stroke-width: 2; stroke-dasharray: 6 5; }
.paper { fill: #fff; }
@media (prefers-color-scheme: dark) {
  text { fill: #ccc; }
  .grid { stroke: #3a3f46; }
  .simulated { stroke: #63b5f3; }
  .limit { stroke: #e0a366; }
  .paper { fill: #1c2025; }
}`;

/** Returns an SVG: hashes per second by the values of the sweep, with the limit on paper. */
export function drawCurve(name: string, points: SweepPoint[]): string {
  const curve = points.map(({ value, figures }) => [value, figures.hashesPerSecond] as const);
  const limits = points
    .map(({ value, plan }) => [value, limitOf(plan)] as const)
    .filter(([, limit]) => Number.isFinite(limit));
  const values = curve.map(([value]) => value);
  const [first, last] = [Math.min(...values), Math.max(...values)];
  const highest = Math.max(...[...curve, ...limits].map(([, speed]) => speed), 1e-9);
  const step = niceStep(highest / 4);
  const top = step * Math.ceil(highest / step);
  const x = (value: number) =>
    PLOT.left + ((value - first) / (last - first || 1)) * (PLOT.right - PLOT.left);
  const y = (speed: number) => PLOT.bottom - (speed / top) * (PLOT.bottom - PLOT.top);
  const line = (kind: string, list: readonly (readonly [number, number])[]) =>
    `<polyline class="${kind}" points="${list.map(([value, speed]) => `${x(value).toFixed(1)},${y(speed).toFixed(1)}`).join(' ')}"/>`;
  const xStep = Math.max(niceStep((last - first) / 8), 1e-9);
  const firstMark = xStep * Math.ceil(first / xStep);
  const marks = ticks(xStep, last - firstMark).map((distance) => firstMark + distance);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Hashes per second by ${name}">`,
    `<style>${STYLE}\n</style>`,
    `<rect class="paper" width="${WIDTH}" height="${HEIGHT}"/>`,
    `<text class="title" x="${PLOT.left}" y="24">Hashes per second by ${name}</text>`,
    ...ticks(step, top).map((tick) => {
      const at = y(tick).toFixed(1);
      return `<line class="grid" x1="${PLOT.left}" x2="${PLOT.right}" y1="${at}" y2="${at}"/><text x="${PLOT.left - 8}" y="${(y(tick) + 4).toFixed(1)}" text-anchor="end">${Number(tick.toPrecision(6))}</text>`;
    }),
    ...marks.map(
      (mark) =>
        `<text x="${x(mark).toFixed(1)}" y="${PLOT.bottom + 20}" text-anchor="middle">${Number(mark.toPrecision(6))}</text>`,
    ),
    line('limit', limits),
    line('simulated', curve),
    `<line class="simulated" x1="${PLOT.left}" x2="${PLOT.left + 30}" y1="358" y2="358"/><text x="${PLOT.left + 38}" y="362">simulated</text>`,
    `<line class="limit" x1="200" x2="230" y1="358" y2="358"/><text x="238" y="362">limit on paper</text>`,
    '</svg>\n',
  ].join('\n');
}
