/** The smallest tile, in the size of its text. */
const WIDTH_EM = 10.9;
export const HEIGHT_EM = 6.4;

/** Space between tiles (px). */
export const GAP = 8;

/** A tile's text is never smaller than this, and never larger (px). */
const MIN_FONT = 18;
const MAX_FONT = 40;

/** A window that is narrower than this is a phone's: one tile per row (px). */
const PHONE = 480;

export interface Layout {
  columns: number;
  /** Size of the text (px). */
  fontSize: number;
}

/**
 * Returns the number of columns with which the text can be largest while all tiles fit. If they do not even fit with the smallest
 * text, as many columns as fit beside each other; the page scrolls then.
 * @param width of the space for all tiles, in pixels, as is `height`
 */
export function layoutOf(count: number, width: number, height: number): Layout {
  if (width < PHONE) return { columns: 1, fontSize: MIN_FONT };
  let best: Layout = { columns: 1, fontSize: 0 };
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const fontSize = Math.min(
      (width - GAP * (columns - 1)) / columns / WIDTH_EM,
      (height - GAP * (rows - 1)) / rows / HEIGHT_EM,
    );
    if (fontSize > best.fontSize) best = { columns, fontSize };
  }
  if (best.fontSize >= MIN_FONT) {
    return { ...best, fontSize: Math.min(MAX_FONT, Math.floor(best.fontSize)) };
  }
  const columns = Math.floor((width + GAP) / (MIN_FONT * WIDTH_EM + GAP));
  return { columns: Math.max(1, columns), fontSize: MIN_FONT };
}
