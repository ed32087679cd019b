import type { MinerView } from '../../frame/frame.ts';

/** What the table can be sorted by. */
export type Column = Exclude<keyof MinerView, 'id' | 'lost' | 'resting'>;

export interface Order {
  column: Column;
  descending: boolean;
}

/** Returns the miners in order, equal ones by name. Text is in natural order: miner-2 before miner-10. */
export function sortMiners(
  miners: readonly MinerView[],
  { column, descending }: Order,
): MinerView[] {
  const sign = descending ? -1 : 1;
  return miners.toSorted((a, b) => sign * compare(a[column], b[column]) || compare(a.name, b.name));
}

/** Compares numbers, or texts in natural order: miner-2 before miner-10. */
export function compare(a: string | number | null, b: string | number | null): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a ?? '').localeCompare(String(b ?? ''), 'en', { numeric: true });
}
