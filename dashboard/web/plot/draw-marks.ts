import type uPlot from 'uplot';
import { ellipsize, placeLabels, type Place } from './label-rows.ts';
import type { Mark } from './marks.ts';

/** A font of a canvas: size in device pixels, and family. */
export interface Font {
  size: number;
  family: string;
}

interface PlacedMark {
  kind: Mark['kind'];
  /** Shortened if it is long. */
  text: string;
  /** All positions are in device pixels. */
  x: number;
  width: number;
  /** Undefined if there is no room for the text. */
  place: Place | undefined;
}

const MAX_ROWS = 3;
/** In multiples of the font size. */
const ROW_HEIGHT = 1.45;
const LABEL_HEIGHT = 1.3;
const LABEL_GAP = 0.5;
const LABEL_PADDING = 0.35;
const MAX_LABEL_WIDTH = 15;
const MARGIN = 0.4;

/** Returns the height of the space above the plot that the labels of the visible marks need, in multiples of the font size. */
export function marksHeight(plot: uPlot, marks: readonly Mark[], font: Font): number {
  const rows = placeMarks(plot, marks, font).map(({ place }) => (place ? place.row + 1 : 0));
  return Math.max(0, ...rows) * ROW_HEIGHT + 2 * MARGIN;
}

/**
 * Draws a line at each mark, and its text above it if there is room: changes as plain text with a dashed line, notes as filled
 * labels with a solid line.
 */
export function drawMarks(
  plot: uPlot,
  marks: readonly Mark[],
  font: Font,
  color: (name: string) => string,
): void {
  const { ctx, bbox } = plot;
  const { size, family } = font;
  const placed = placeMarks(plot, marks, font);
  const colors = { change: color('--mark'), note: color('--note') };
  const onNote = color('--card');
  const middleOf = (row: number) => bbox.top - (MARGIN + (row + 0.5) * ROW_HEIGHT) * size;
  ctx.save();
  ctx.font = `${size}px ${family}`;
  ctx.textBaseline = 'middle';
  ctx.textAlign = 'left';
  ctx.lineWidth = size / 12;
  for (const { kind, x, place } of placed) {
    ctx.strokeStyle = colors[kind];
    ctx.setLineDash(kind === 'note' ? [] : [size / 3, size / 3]);
    ctx.beginPath();
    ctx.moveTo(x, place ? middleOf(place.row) : bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
  }
  for (const { kind, text, width, place } of placed) {
    if (place === undefined) continue;
    const middle = middleOf(place.row);
    const height = LABEL_HEIGHT * size;
    const box = [place.left, middle - height / 2, width, height] as const;
    ctx.clearRect(...box); // lines of other marks
    ctx.fillStyle = colors[kind];
    if (kind === 'note') {
      ctx.beginPath();
      ctx.roundRect(...box, 0.3 * size);
      ctx.fill();
      ctx.fillStyle = onNote;
    }
    ctx.fillText(text, place.left + LABEL_PADDING * size, middle);
  }
  ctx.restore();
}

/** Returns the marks in the time range of the plot. */
function placeMarks(plot: uPlot, marks: readonly Mark[], { size, family }: Font): PlacedMark[] {
  const { ctx, bbox } = plot;
  const edges = { left: bbox.left, right: bbox.left + bbox.width };
  const maxWidth = Math.min(MAX_LABEL_WIDTH * size, bbox.width) - 2 * LABEL_PADDING * size;
  ctx.save();
  ctx.font = `${size}px ${family}`;
  const labels = marks
    .map((mark) => ({ ...mark, x: plot.valToPos(mark.at, 'x', true) }))
    .filter(({ x }) => x >= edges.left && x <= edges.right)
    .map(({ kind, text, x }) => {
      const shown = ellipsize(text, (shorter) => ctx.measureText(shorter).width <= maxWidth);
      const width = ctx.measureText(shown).width + 2 * LABEL_PADDING * size;
      return { kind, text: shown, x, width };
    });
  ctx.restore();
  const places = placeLabels(labels, edges, { rows: MAX_ROWS, gap: LABEL_GAP * size });
  return labels.map((label, index) => ({ ...label, place: places[index] }));
}
