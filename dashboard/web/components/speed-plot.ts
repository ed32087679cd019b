import uPlot from 'uplot';
import type { Series } from '../lib/series.ts';
import type { ScaleEvent } from '../lib/scale-events.ts';

/** What the plot shows. */
export interface PlotContent {
  series: Series;
  events: ScaleEvent[];
  /** Whether the classic picture is drawn as well. */
  classic: boolean;
  seconds: number;
  /** Whether the page is dark: the canvas has to be drawn again when that changes. */
  dark: boolean;
}

export interface PlotOptions {
  target: HTMLElement;
  height: number;
  /** Called with the index of the point under the pointer, or null. */
  onHover: (index: number | null) => void;
  onZoom: (zoomed: boolean) => void;
}

const MARK_GAP = 8;
const FONT = '12px system-ui, sans-serif';

/** The canvas knows no CSS variables: have the browser work out the color. */
function token(name: string): string {
  const probe = document.body.appendChild(document.createElement('i'));
  probe.style.color = `var(${name})`;
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** The plot of the speed; empty until its first `update`. */
export class SpeedPlot {
  readonly #plot: uPlot;
  readonly #options: PlotOptions;
  #events: ScaleEvent[] = [];
  #zoomed = false;

  constructor(options: PlotOptions) {
    this.#options = options;
    const { target, height, onHover } = options;
    const axis: uPlot.Axis = {
      stroke: () => token('--ink-2'),
      font: FONT,
      grid: { stroke: () => token('--line'), width: 1 },
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
            stroke: () => token('--accent'),
            fill: () => token('--accent-wash'),
            width: 2.5,
            points: { show: false },
          },
          { stroke: () => token('--classic'), width: 1.5, points: { show: false } },
        ],
        hooks: {
          setCursor: [(plot) => onHover(plot.cursor.idx ?? null)],
          setSelect: [() => this.#setZoomed(true)],
          draw: [(plot) => this.#drawMarks(plot)],
        },
      },
      [[], [], []],
      target,
    );
  }

  /** Draws the content. A zoom stays. */
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

  /** The next update shows all again. */
  resetZoom(): void {
    this.#setZoomed(false);
  }

  resize(width: number, height: number): void {
    this.#plot.setSize({ width, height });
  }

  /** The drawing with its background, as a PNG file. */
  toPng(): Promise<Blob | null> {
    const { canvas } = this.#plot.ctx;
    const copy = document.createElement('canvas');
    copy.width = canvas.width;
    copy.height = canvas.height;
    const context = copy.getContext('2d');
    if (context === null) return Promise.resolve(null);
    context.fillStyle = token('--card');
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

  /** A dashed line at each change of scale, with what changed above it where there is room. */
  #drawMarks(plot: uPlot): void {
    const { ctx, bbox } = plot;
    let freeFrom = bbox.left;
    ctx.save();
    ctx.font = FONT.replace('12px', `${12 * devicePixelRatio}px`);
    ctx.textBaseline = 'bottom';
    ctx.textAlign = 'left';
    for (const { at, text } of this.#events) {
      const x = plot.valToPos(at, 'x', true);
      if (x < bbox.left || x > bbox.left + bbox.width) continue;
      ctx.strokeStyle = token('--mark');
      ctx.fillStyle = token('--mark');
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
      freeFrom = left + width + MARK_GAP * devicePixelRatio;
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
