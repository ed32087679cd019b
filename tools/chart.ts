/**
 * Charts as SVG pictures, for light and dark pages.
 * @module
 */
import type { Axis } from '@dockercoins/common/axis';

export type Point = readonly [x: number, y: number];

/** `free` is a limit that another setting lifts. */
export type Kind = 'simulated' | 'measured' | 'limit' | 'free';

export interface LineChart {
  title: string;
  x: Axis;
  y: Axis;
  /** Whether both axes are logarithmic. */
  log?: boolean;
  /** Listed below the plot. `measured` points are dots, all others are lines. */
  series: { kind: Kind; name: string; points: Point[] }[];
}

export interface Bar {
  name: string;
  value: number;
  /** The one that the chart is about. */
  strong?: boolean;
}

/** Where a chart is in its picture, in units of the picture. */
interface Place {
  left: number;
  width: number;
}

const HEIGHT = 380;
const PLOT = { top: 50, bottom: 300 };
const LEGEND_TOP = 340;
const ROW = 18;
const BAR_ROW = 52;

const STYLE = `
text { font: 13px sans-serif; fill: #444; }
.title { font-weight: bold; }
.end { text-anchor: end; }
.middle { text-anchor: middle; }
polyline, line { fill: none; stroke-width: 2.5; }
.grid { stroke: #ddd; stroke-width: 1; }
.simulated { stroke: #0b5f9e; }
.limit { stroke: #9a5b1f; stroke-dasharray: 6 5; }
.free { stroke: #888; stroke-dasharray: 6 5; }
circle, .strong { fill: #0b7a4b; }
.bar { fill: #9bbfae; }
.paper { fill: #fff; }
@media (prefers-color-scheme: dark) {
  text { fill: #ccc; }
  .grid { stroke: #3a3f46; }
  .simulated { stroke: #63b5f3; }
  .limit { stroke: #e0a366; }
  circle, .strong { fill: #4cc38a; }
  .bar { fill: #3f6b58; }
  .paper { fill: #1c2025; }
}`;

/** Returns a picture of some charts. @param label what it shows, for screen readers */
export function picture(width: number, label: string, charts: string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${HEIGHT}" role="img" aria-label="${label}">`,
    `<style>${STYLE}\n</style>`,
    `<rect class="paper" width="${width}" height="${HEIGHT}"/>`,
    ...charts,
    '</svg>\n',
  ].join('\n');
}

/** Draws a line chart. Its labels on the y axis are left of the place. */
export function drawLines(chart: LineChart, { left, width }: Place): string {
  const at = (value: number, { min, max }: Axis) =>
    chart.log ? Math.log(value / min) / Math.log(max / min) : (value - min) / (max - min || 1);
  const x = (value: number) => left + at(value, chart.x) * width;
  const y = (value: number) => PLOT.bottom - at(value, chart.y) * (PLOT.bottom - PLOT.top);
  const series = chart.series.filter(({ points }) => points.length > 0);
  return [
    text(left, 24, chart.title, 'title'),
    ...chart.y.ticks.flatMap((tick) => [
      level('grid', left, width, y(tick)),
      text(left - 8, y(tick) + 4, shown(tick), 'end'),
    ]),
    ...chart.x.ticks.map((tick) => text(x(tick), PLOT.bottom + 20, shown(tick), 'middle')),
    ...series.map(({ kind, points }) => {
      const places = points.map(([a, b]): Point => [x(a), y(b)]);
      return kind === 'measured' ? places.map(dot).join('') : line(kind, places);
    }),
    ...series.flatMap(({ kind, name }, index) => {
      const middle = LEGEND_TOP + index * ROW;
      const sample = kind === 'measured' ? dot([left + 15, middle]) : level(kind, left, 30, middle);
      return [sample, text(left + 38, middle + 4, name)];
    }),
  ].join('\n');
}

/** Draws horizontal bars, each below its name. */
export function drawBars(title: string, bars: Bar[], { left, width }: Place): string {
  const longest = Math.max(...bars.map(({ value }) => value));
  return [
    text(left, 24, title, 'title'),
    ...bars.flatMap(({ name, value, strong }, index) => {
      const top = PLOT.top + index * BAR_ROW;
      const length = (value / longest) * width;
      return [
        text(left, top + 10, name),
        `<rect class="${strong ? 'strong' : 'bar'}" x="${left}" y="${top + 16}" width="${length.toFixed(1)}" height="18"/>`,
        text(left + length + 6, top + 30, value.toFixed()),
      ];
    }),
  ].join('\n');
}

const dot = ([x, y]: Point) => `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="5"/>`;

const line = (kind: Kind, points: Point[]) =>
  `<polyline class="${kind}" points="${points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ')}"/>`;

/** Returns a horizontal line. */
const level = (kind: Kind | 'grid', x: number, length: number, y: number) =>
  `<line class="${kind}" x1="${x}" x2="${x + length}" y1="${y.toFixed(1)}" y2="${y.toFixed(1)}"/>`;

const text = (x: number, y: number, content: string, kind = '') =>
  `<text${kind && ` class="${kind}"`} x="${x.toFixed(1)}" y="${y.toFixed(1)}">${content}</text>`;

const shown = (tick: number) => String(Number(tick.toPrecision(6)));
