/**
 * Where texts are on a page, as its users see them.
 * @module
 */
import type { Page } from 'playwright-core';

export interface TextBox {
  text: string;
  /** CSS pixels. */
  left: number;
  top: number;
  right: number;
  bottom: number;
  fontSize: number;
}

/**
 * Returns the visible texts within an element, line by line, once the page has been drawn.
 * @param shapes selector of elements without text to add; their text is the selector
 */
export function textBoxes(page: Page, selector: string, shapes?: string): Promise<TextBox[]> {
  return page.evaluate<TextBox[]>(`(async () => {
    const drawn = () => new Promise((resolve) => requestAnimationFrame(resolve));
    for (let frame = 0; frame < 3; frame += 1) await drawn(); // sizes are measured, then used
    const root = document.querySelector(${JSON.stringify(selector)});
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const boxes = [];
    while (walker.nextNode()) {
      const text = walker.currentNode.data.trim();
      const parent = walker.currentNode.parentElement;
      if (text === '' || !parent.checkVisibility() || parent.closest('.visually-hidden')) continue;
      const fontSize = parseFloat(getComputedStyle(parent).fontSize);
      const range = document.createRange();
      range.selectNodeContents(walker.currentNode);
      for (const { left, top, right, bottom } of range.getClientRects())
        boxes.push({ text, left, top, right, bottom, fontSize });
    }
    const shapes = ${JSON.stringify(shapes ?? '')};
    for (const shape of shapes === '' ? [] : root.querySelectorAll(shapes))
      boxes.push({ text: shapes, fontSize: Infinity, ...shape.getBoundingClientRect().toJSON() });
    return boxes;
  })()`);
}

/** The share of a line's height that may be covered: the space above and below its letters. */
const LEADING = 0.2;

/** Returns the pairs of texts that cover one another. */
export function overlaps(boxes: readonly TextBox[]): string[] {
  return boxes.flatMap((a, index) =>
    boxes
      .slice(index + 1)
      .filter((b) => {
        const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        return width > 1 && height > LEADING * Math.min(a.bottom - a.top, b.bottom - b.top);
      })
      .map((b) => `${a.text} / ${b.text}`),
  );
}
