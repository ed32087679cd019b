import uPlot from 'uplot';
import { drawMarks, marksHeight, type Font } from './draw-marks.ts';
import { cssColor } from '../ui/css-color.ts';
import { formatInteger } from '../ui/format.ts';
import { linePath } from './line-path.ts';
import type { Mark } from './marks.ts';
import { formatTime, isSimulated } from './readout.ts';
import type { Series, TimeRange } from './series.ts';
import type { Band } from '../what-if/question.ts';

export interface PlotContent {
  series: Series;
  range: TimeRange;
  marks: Mark[];
  /** A predicted speed; undefined without one. */
  band: Band | undefined;
  /** Whether to also draw the classic graph. */
  classic: boolean;
  /** Whether the theme is dark. Not read here, but a change of the theme needs a redraw. */
  dark: boolean;
}

/** In CSS pixels. */
export interface PlotPosition {
  left: number;
  top: number;
  width: number;
  height: number;
}

export interface PlotOptions {
  target: HTMLElement;
  /** Size of the text, in CSS pixels. */
  fontSize: number;
  /** Receives the time under the pointer, or null. */
  onHover: (at: number | null) => void;
  /** Receives the range that the user selected; undefined to show everything again. */
  onZoom: (range: TimeRange | undefined) => void;
  /** Receives the position of the plot, without its axes, in the target. */
  onLayout: (position: PlotPosition) => void;
}

const FAMILY = 'system-ui, sans-serif';

/** A shorter drag is a shaky click (CSS pixels). */
const MIN_DRAG = 8;

/** Possible distances between the labels of the time axis, in seconds. */
const TIME_STEPS = [1, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800];

/** Plots the speed with uPlot; empty until the first `update`. */
export class SpeedPlot {
  readonly #plot: uPlot;
  readonly #options: PlotOptions;
  readonly #color = (name: string) => cssColor(this.#options.target, name);
  #marks: Mark[] = [];
  #band: Band | undefined;

  constructor(options: PlotOptions) {
    this.#options = options;
    const { target, fontSize, onHover, onZoom, onLayout } = options;
    const font = `${fontSize}px ${FAMILY}`;
    const axis: uPlot.Axis = {
      stroke: () => this.#color('--ink-2'),
      font,
      labelFont: font,
      lineGap: 1.3,
      grid: { stroke: () => this.#color('--line'), width: 1 },
      ticks: { show: false },
    };
    this.#plot = new uPlot(
      {
        width: target.clientWidth || 300,
        height: target.clientHeight || 200,
        legend: { show: false },
        padding: [
          (plot) => marksHeight(plot, this.#marks, this.#font) * fontSize,
          2.3 * fontSize, // half of a label such as 12:30:00, at the end of the plot
          0,
          0,
        ],
        cursor: {
          y: false,
          drag: { x: true, y: false, dist: MIN_DRAG, setScale: false },
          bind: { dblclick: () => () => (onZoom(undefined), null) },
        },
        scales: {
          y: {
            range: (_plot, _min, max) => [
              0,
              Math.max(1, Math.max(max || 0, this.#band?.high ?? 0) * 1.12),
            ],
          },
        },
        axes: [
          {
            ...axis,
            incrs: TIME_STEPS,
            space: (_plot, _axis, min, max, width) => labelSpace((max - min) / width, fontSize),
            size: 1.9 * fontSize,
            gap: 0.4 * fontSize,
            values: timeLabels,
          },
          {
            ...axis,
            space: 2.4 * fontSize,
            size: (plot, values) => this.#widest(plot, values) + 0.9 * fontSize,
            gap: 0.5 * fontSize,
            label: 'hashes/s',
            labelSize: 1.4 * fontSize,
            labelGap: 0,
            values: (_plot, splits) => speedLabels(splits),
          },
        ],
        series: [
          {},
          {
            stroke: () => this.#color('--accent'),
            fill: () => this.#color('--accent-wash'),
            width: 0.18 * fontSize,
            paths: linePath,
            points: { show: false },
          },
          {
            stroke: () => this.#color('--classic'),
            width: 0.11 * fontSize,
            paths: linePath,
            points: { show: false },
          },
        ],
        hooks: {
          drawAxes: [(plot) => this.#drawBand(plot)],
          setCursor: [({ cursor, data }) => onHover(data[0][cursor.idx ?? -1] ?? null)],
          setSelect: [
            (plot) => {
              const { left, width } = plot.select;
              plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
              onZoom({ min: plot.posToVal(left, 'x'), max: plot.posToVal(left + width, 'x') });
            },
          ],
          draw: [
            (plot) => {
              drawMarks(plot, this.#marks, this.#font, this.#color);
              const { offsetLeft, offsetTop, clientWidth, clientHeight } = plot.over;
              onLayout({
                left: offsetLeft,
                top: offsetTop,
                width: clientWidth,
                height: clientHeight,
              });
            },
          ],
        },
      },
      [[], [], []],
      target,
    );
  }

  update({ series, range, marks, band, classic }: PlotContent): void {
    this.#marks = marks;
    this.#band = band;
    const plot = this.#plot;
    plot.batch(() => {
      plot.setData(series, false);
      if (plot.series[2]?.show !== classic) plot.setSeries(2, { show: classic });
      plot.setScale('x', range);
    });
  }

  showCursor(at: number): void {
    this.#plot.setCursor({ left: this.#plot.valToPos(at, 'x'), top: 0 });
  }

  hideCursor(): void {
    this.#plot.setCursor({ left: -10, top: 0 });
  }

  resize(width: number, height: number): void {
    this.#plot.setSize({ width, height });
  }

  /** Returns the plot as a PNG, with a title and the time range; null if the browser cannot create one. */
  toPng(): Promise<Blob | null> {
    const { ctx, scales, series } = this.#plot;
    const { size } = this.#font;
    const header = 4 * size;
    const copy = document.createElement('canvas');
    copy.width = ctx.canvas.width;
    copy.height = ctx.canvas.height + header;
    const context = copy.getContext('2d');
    if (context === null) return Promise.resolve(null);
    context.fillStyle = this.#color('--card');
    context.fillRect(0, 0, copy.width, copy.height);
    context.drawImage(ctx.canvas, 0, header);
    context.fillStyle = this.#color('--ink-1');
    context.font = `bold ${1.3 * size}px ${FAMILY}`;
    context.fillText('DockerCoins: hashes per second', size, 1.9 * size);
    context.fillStyle = this.#color('--ink-2');
    context.font = `${size}px ${FAMILY}`;
    const range = `${formatRange(scales['x']?.min ?? 0, scales['x']?.max ?? 0)}   `;
    context.fillText(range, size, 3.4 * size);
    if (series[2]?.show) {
      context.fillStyle = this.#color('--classic');
      context.fillText('The original’s graph', size + context.measureText(range).width, 3.4 * size);
    }
    return new Promise((resolve) => copy.toBlob(resolve, 'image/png'));
  }

  destroy(): void {
    this.#plot.destroy();
  }

  #drawBand(plot: uPlot): void {
    if (this.#band === undefined) return;
    const { ctx, bbox } = plot;
    const { size, family } = this.#font;
    const [top, bottom] = [this.#band.high, this.#band.low].map((speed) =>
      plot.valToPos(speed, 'y', true),
    ) as [number, number];
    ctx.save();
    ctx.fillStyle = this.#color('--mark');
    ctx.font = `${size}px ${family}`;
    ctx.textAlign = 'left';
    ctx.textBaseline = 'alphabetic';
    ctx.fillText('predicted', bbox.left + 0.5 * size, top - 0.4 * size);
    ctx.globalAlpha = 0.35;
    ctx.fillRect(bbox.left, top, bbox.width, Math.max(bottom - top, size / 8));
    ctx.restore();
  }

  /** The font of the canvas, in device pixels. */
  get #font(): Font {
    return { size: this.#options.fontSize * uPlot.pxRatio, family: FAMILY };
  }

  /** Width of the widest label of the y axis, in CSS pixels. */
  #widest({ ctx }: uPlot, labels: string[] | null): number {
    ctx.save();
    ctx.font = `${this.#options.fontSize}px ${FAMILY}`;
    const widest = Math.max(0, ...(labels ?? []).map((label) => ctx.measureText(label).width));
    ctx.restore();
    return widest;
  }
}

function speedLabels(speeds: number[]): string[] {
  const areIntegers = speeds.every(Number.isInteger);
  return speeds.map((speed) => (areIntegers ? formatInteger(speed) : speed.toFixed(1)));
}

/** Returns the least distance between the labels of the time axis, in pixels. If it is less than a minute, they have seconds. */
function labelSpace(secondsPerPixel: number, fontSize: number): number {
  const withoutSeconds = 4.5 * fontSize;
  return withoutSeconds * secondsPerPixel < 60 ? 6.5 * fontSize : withoutSeconds;
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
  const label = (at: number) => (isSimulated(at) ? formatTime(at) : format.format(at * 1000));
  return splits.map((at) => (at < 0 ? '' : label(at)));
}

/** Returns a range of times with its date, "Nov 26, 2026, 14:02:03 – 14:07:03", or of simulated times, "simulated, 00:00 – 05:00". */
function formatRange(from: number, to: number): string {
  if (isSimulated(to)) return `simulated, ${formatTime(Math.max(0, from))} – ${formatTime(to)}`;
  const format = new Intl.DateTimeFormat('en', {
    dateStyle: 'medium',
    timeStyle: 'medium',
    hourCycle: 'h23',
  });
  return format.formatRange(from * 1000, to * 1000);
}
