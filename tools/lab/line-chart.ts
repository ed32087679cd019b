/**
 * The speed over time as a chart. Only the lines are SVG, which stretches to any width; text is HTML, so that its size stays
 * readable on a phone.
 * @module
 */
import { html } from 'hono/html';
import { axisTo } from '@dockercoins/common/axis';
import { showFigure, type Tolerance } from './prediction/prediction.ts';

type Html = ReturnType<typeof html>;

export interface LineChart {
  title: string;
  /** x in seconds; y is null while unknown. */
  points: { x: number; y: number | null }[];
  /** Predicted y, if any. */
  expected?: number | undefined;
  tolerance?: Tolerance | undefined;
  /** What happened when. */
  marks: { x: number; label: string }[];
}

/** Number of horizontal grid lines to aim for. */
const GRID_LINES = 4;

/** Size of the SVG's coordinates, which the style sheet stretches. */
const WIDTH = 1000;
const HEIGHT = 300;

/** Returns the chart; empty if there is nothing to draw. */
export function lineChart({ title, points, expected, tolerance, marks }: LineChart): Html {
  const known = points.filter((point): point is { x: number; y: number } => point.y !== null);
  const last = points.at(-1)?.x ?? 0;
  if (known.length < 2 || last === 0) return html``;
  const highest = Math.max(...known.map(({ y }) => y), expected ?? 0, tolerance?.max ?? 0);
  const { max: top, ticks } = axisTo(1.05 * highest, GRID_LINES);
  const x = (value: number) => round((value / last) * WIDTH);
  const y = (value: number) => round(HEIGHT - (value / top) * HEIGHT);
  const seconds = [0, Math.round(last / 2), Math.round(last)];
  const bandTop = y(Math.min(top, tolerance?.max ?? top));
  const bandBottom = y(tolerance?.min ?? 0);
  return html`<figure class="chart">
    <figcaption>${title}</figcaption>
    <div class="marked">
      ${marks.map((mark) => html`<i class="mark" style="left: ${percent(mark.x / last)}"></i>`)}
      ${marks.map((mark) => markLabel(mark.label, mark.x / last))}
      <div class="plot">
        <svg
          viewBox="0 0 ${WIDTH} ${HEIGHT}"
          preserveAspectRatio="none"
          role="img"
          aria-label="${title}"
        >
          ${ticks.map((tick) => html`<line class="grid" x1="0" x2="${WIDTH}" y1="${y(tick)}" y2="${y(tick)}" />`)}
          ${
            tolerance === undefined
              ? ''
              : html`<rect
                  class="band"
                  x="0"
                  width="${WIDTH}"
                  y="${bandTop}"
                  height="${round(bandBottom - bandTop)}"
                />`
          }
          ${expected === undefined ? '' : html`<line class="expected" x1="0" x2="${WIDTH}" y1="${y(expected)}" y2="${y(expected)}" />`}
          <polyline
            class="measured"
            points="${known.map((point) => `${x(point.x)},${y(point.y)}`).join(' ')}"
          />
        </svg>
        ${ticks.map((tick) => html`<span class="y" style="bottom: ${percent(tick / top)}">${showFigure(tick, '')}</span>`)}
        ${seconds.map((second) => html`<span class="x" style="left: ${percent(second / last)}">${second} s</span>`)}
      </div>
    </div>
  </figure>`;
}

/**
 * Returns a label in a row of its own above the plot. It lies on the side of its line that has more room.
 * @param at position of the line, as a share of the width
 */
function markLabel(label: string, at: number): Html {
  const room =
    at > 0.5
      ? `margin-right: ${percent(1 - at)}; text-align: right`
      : `margin-left: ${percent(at)}`;
  return html`<p class="label" style="${room}"><span>${label}</span></p>`;
}

const round = (value: number) => Math.round(value * 10) / 10;
const percent = (share: number) => `${(100 * share).toFixed(1)}%`;
