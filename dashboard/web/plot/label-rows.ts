/** A label that should be centered at `x`. */
export interface Label {
  x: number;
  width: number;
}

/** Where the label goes: its left edge, and its row, counted from 0. */
export interface Place {
  left: number;
  row: number;
}

/**
 * Places labels in rows between two edges without overlaps; undefined for a label without room. Later labels go first, because
 * recent marks matter most.
 * @param gap between labels of a row
 */
export function placeLabels(
  labels: readonly Label[],
  edges: { left: number; right: number },
  { rows, gap }: { rows: number; gap: number },
): (Place | undefined)[] {
  const taken: { row: number; left: number; right: number }[] = [];
  const place = ({ x, width }: Label): Place | undefined => {
    const left = Math.max(edges.left, Math.min(x - width / 2, edges.right - width));
    const right = left + width;
    for (let row = 0; row < rows; row += 1) {
      const isFree = taken.every(
        (other) => other.row !== row || right + gap <= other.left || other.right + gap <= left,
      );
      if (!isFree) continue;
      taken.push({ row, left, right });
      return { left, row };
    }
    return undefined;
  };
  return labels.toReversed().map(place).toReversed();
}

/** Shortens a text, ending it with "…", until `fits` is true. */
export function ellipsize(text: string, fits: (text: string) => boolean): string {
  if (fits(text)) return text;
  const characters = Array.from(text);
  while (characters.length > 0) {
    characters.pop();
    const shortened = `${characters.join('').trimEnd()}…`;
    if (fits(shortened)) return shortened;
  }
  return '…';
}
