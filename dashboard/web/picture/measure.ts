import { PARTS, type Parts } from './layout.ts';

export interface Measures {
  parts: Parts;
  /** Font size of the board. */
  em: number;
}

/**
 * Measures the parts of the board, relative to it, in CSS pixels: now, and whenever one of them changes its size.
 * @returns stops measuring
 */
export function measureParts(board: Element, onChange: (measures: Measures) => void): () => void {
  const elements = PARTS.map((part) => board.querySelector(`[data-part=${part}]`));
  const observer = new ResizeObserver(() => {
    const origin = board.getBoundingClientRect();
    const rects = elements.map((element) => {
      const { left, top, width, height } = element?.getBoundingClientRect() ?? origin;
      return { left: left - origin.left, top: top - origin.top, width, height };
    });
    onChange({
      parts: Object.fromEntries(PARTS.map((part, n) => [part, rects[n]])) as Parts,
      em: parseFloat(getComputedStyle(board).fontSize),
    });
  });
  for (const element of [board, ...elements]) if (element) observer.observe(element);
  return () => observer.disconnect();
}
