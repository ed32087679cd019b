import uPlot from 'uplot';
import type { ScaleEvent } from '../lib/scale-events.ts';
import type { Series } from '../lib/series.ts';

export interface PlotContent {
  series: Series;
  events: ScaleEvent[];
  /** Whether to also draw the classic graph. */
  classic: boolean;
  /** The time range. */
  seconds: number;
  /** Whether the theme is dark. Not read here, but a change of the theme needs a redraw. */
  dark: boolean;
}

export interface PlotOptions {
  target: HTMLElement;
  height: number;
  /** Receives the index of the point under the pointer, or null. */
  onHover: (index: number | null) => void;
  onZoom: (zoomed: boolean) => void;
}

/** Pixels between the labels of two scale events. */
const LABEL_GAP = 8;
const FONT = '12px system-ui, sans-serif';

/** Resolves a CSS variable to a color, because a canvas does not understand `var()`. */
function cssColor(name: string): string {
  const probe = document.body.appendChild(document.createElement('i'));
  probe.style.color = `var(${name})`;
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** Plots the speed with uPlot; empty until the first `update`. */
export class SpeedPlot {
  readonly #plot: uPlot;
  readonly #options: PlotOptions;
  #events: ScaleEvent[] = [];
  #zoomed = false;

  constructor(options: PlotOptions) {
    this.#options = options;
    const { target, height, onHover } = options;
    const axis: uPlot.Axis = {
      stroke: () => cssColor('--ink-2'),
      font: FONT,
      grid: { stroke: () => cssColor('--line'), width: 1 },
      ticks: { show: false },
    };
    this.#plot = new uPlot(
      {
        width: target.clientWidth || 300,
        height,
        legend: { show: false },
        padding: [28, 28, 0, 0],
        cursor: { y: false, drag: { x: true, y: false } },
        scales: { y: { range: (_plot, _min, max) => [0, Math.max(1, (max || 0) * 1.12)] } },
        axes: [
          { ...axis, space: 90, values: timeLabels },
          { ...axis, size: 44 },
        ],
        series: [
          {},
          {
            stroke: () => cssColor('--accent'),
            fill: () => cssColor('--accent-wash'),
            width: 2.5,
            points: { show: false },
          },
          { stroke: () => cssColor('--classic'), width: 1.5, points: { show: false } },
        ],
        hooks: {
          setCursor: [(plot) => onHover(plot.cursor.idx ?? null)],
          setSelect: [() => this.#setZoomed(true)],
          draw: [(plot) => this.#drawEvents(plot)],
        },
      },
      [[], [], []],
      target,
    );
  }

  /** Draws the content and keeps the zoom. */
  update({ series, events, classic, seconds }: PlotContent): void {
    this.#events = events;
    const plot = this.#plot;
    plot.batch(() => {
      plot.setData(series, false);
      if (plot.series[2]?.show !== classic) plot.setSeries(2, { show: classic });
      const to = series[0].at(-1) ?? Math.floor(Date.now() / 1000);
      const { min, max } = plot.scales['x'] ?? {};
      if (this.#zoomed && min != null && max != null) plot.setScale('x', { min, max });
      else plot.setScale('x', { min: to - seconds, max: to });
    });
  }

  /** Makes the next `update` show the whole time range. */
  resetZoom(): void {
    this.#setZoomed(false);
  }

  resize(width: number, height: number): void {
    this.#plot.setSize({ width, height });
  }

  /** Returns the plot with its background as a PNG; null if the browser cannot create one. */
  toPng(): Promise<Blob | null> {
    const { canvas } = this.#plot.ctx;
    const copy = document.createElement('canvas');
    copy.width = canvas.width;
    copy.height = canvas.height;
    const context = copy.getContext('2d');
    if (context === null) return Promise.resolve(null);
    context.fillStyle = cssColor('--card');
    context.fillRect(0, 0, copy.width, copy.height);
    context.drawImage(canvas, 0, 0);
    return new Promise((resolve) => copy.toBlob(resolve, 'image/png'));
  }

  destroy(): void {
    this.#plot.destroy();
  }

  #setZoomed(zoomed: boolean): void {
    this.#zoomed = zoomed;
    this.#options.onZoom(zoomed);
  }

  /** Draws a dashed line at each scale event, and its text above the line if there is room. */
  #drawEvents(plot: uPlot): void {
    const { ctx, bbox } = plot;
    let freeFrom = bbox.left;
    ctx.save();
    ctx.font = FONT.replace('12px', `${12 * devicePixelRatio}px`);
    ctx.textBaseline = 'bottom';
    ctx.textAlign = 'left';
    for (const { at, text } of this.#events) {
      const x = plot.valToPos(at, 'x', true);
      if (x < bbox.left || x > bbox.left + bbox.width) continue;
      ctx.strokeStyle = cssColor('--mark');
      ctx.fillStyle = cssColor('--mark');
      ctx.lineWidth = devicePixelRatio;
      ctx.setLineDash([4 * devicePixelRatio, 4 * devicePixelRatio]);
      ctx.beginPath();
      ctx.moveTo(x, bbox.top - 4 * devicePixelRatio);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
      const { width } = ctx.measureText(text);
      const left = Math.min(Math.max(x - width / 2, bbox.left), bbox.left + bbox.width - width);
      if (left < freeFrom) continue;
      ctx.fillText(text, left, bbox.top - 6 * devicePixelRatio);
      freeFrom = left + width + LABEL_GAP * devicePixelRatio;
    }
    ctx.restore();
  }
}

function timeLabels(
  _plot: uPlot,
  splits: number[],
  _axis: number,
  _space: number,
  step: number,
): string[] {
  const options: Intl.DateTimeFormatOptions =
    step < 60
      ? { hour: '2-digit', minute: '2-digit', second: '2-digit' }
      : { hour: '2-digit', minute: '2-digit' };
  const format = new Intl.DateTimeFormat(undefined, { ...options, hourCycle: 'h23' });
  return splits.map((at) => format.format(at * 1000));
}
