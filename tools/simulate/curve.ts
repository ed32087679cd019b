import { axisTo, niceStep, ticks } from '@dockercoins/common/axis';
import { drawLines, picture, type Point } from '../chart.ts';
import { limitOf, type SweepPoint } from './report.ts';

/** Returns a sweep as an SVG: hashes per second by the values of the sweep, with the limit on paper. */
export function drawCurve(name: string, points: SweepPoint[]): string {
  const curve = points.map(({ value, figures }): Point => [value, figures.hashesPerSecond]);
  const limits = points
    .map(({ value, plan }): Point => [value, limitOf(plan)])
    .filter(([, limit]) => Number.isFinite(limit));
  const values = curve.map(([value]) => value);
  const [min, max] = [Math.min(...values), Math.max(...values)];
  const title = `Hashes per second by ${name}`;
  const chart = drawLines(
    {
      title,
      x: { min, max, ticks: ticks(niceStep((max - min) / 8 || 1), max, min) },
      y: axisTo(Math.max(...[...curve, ...limits].map(([, speed]) => speed)), 4),
      series: [
        { kind: 'limit', name: 'limit on paper', points: limits },
        { kind: 'simulated', name: 'simulated', points: curve },
      ],
    },
    { left: 60, width: 680 },
  );
  return picture(760, title, [chart]);
}
