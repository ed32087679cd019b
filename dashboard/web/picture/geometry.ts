/**
 * Where things fit in a rectangle. All lengths are CSS pixels.
 * @module
 */
export interface Point {
  x: number;
  y: number;
}

export interface Rect {
  left: number;
  top: number;
  width: number;
  height: number;
}

export const right = ({ left, width }: Rect): number => left + width;
export const bottom = ({ top, height }: Rect): number => top + height;
export const centerX = ({ left, width }: Rect): number => left + width / 2;
export const centerY = ({ top, height }: Rect): number => top + height / 2;
export const center = (rect: Rect): Point => ({ x: centerX(rect), y: centerY(rect) });

/**
 * Returns `count` places for a line: from the lower right corner to the left, then back in the row above, and so on. They are
 * `step` apart, or closer if the rectangle is too small.
 */
export function snakeIn(rect: Rect, count: number, step: number): Point[] {
  let gap = step;
  while (gap > 1 && Math.floor(rect.width / gap) * Math.floor(rect.height / gap) < count)
    gap *= 0.98;
  const columns = Math.max(1, Math.floor(rect.width / gap));
  return Array.from({ length: count }, (_, place) => {
    const row = Math.floor(place / columns);
    const column = row % 2 === 0 ? place % columns : columns - 1 - (place % columns);
    return { x: right(rect) - gap * (column + 0.5), y: bottom(rect) - gap * (row + 0.5) };
  });
}

/** Returns `count` cells of equal size, as large as they fit but not larger than `max`, row by row around the center. */
export function cellsIn(rect: Rect, count: number, max: { width: number; height: number }): Rect[] {
  let columns = 1;
  let scale = 0;
  for (let candidate = 1; candidate <= count; candidate += 1) {
    const rows = Math.ceil(count / candidate);
    const fit = Math.min(rect.width / candidate / max.width, rect.height / rows / max.height);
    if (fit > scale) [columns, scale] = [candidate, fit];
  }
  const width = max.width * Math.min(1, scale);
  const height = max.height * Math.min(1, scale);
  const rows = Math.ceil(count / columns);
  const left = centerX(rect) - (columns * width) / 2;
  const top = centerY(rect) - (rows * height) / 2;
  return Array.from({ length: count }, (_, cell) => ({
    left: left + (cell % columns) * width,
    top: top + Math.floor(cell / columns) * height,
    width,
    height,
  }));
}

/** Returns the rectangle without a margin on each side. */
export function inset({ left, top, width, height }: Rect, margin: number): Rect {
  return {
    left: left + margin,
    top: top + margin,
    width: Math.max(0, width - 2 * margin),
    height: Math.max(0, height - 2 * margin),
  };
}
