import { markdownTable } from '../testing/markdown-table.ts';
import type { Row } from './measure.ts';

const HEADINGS = [
  'miners',
  'rngs',
  'hashes/s',
  'limit',
  'ratio',
  'ping rng',
  'ping hasher',
  'evenness',
];

/** Returns the rows as a Markdown table. */
export function renderTable(rows: Row[]): string {
  const cells = rows.map(({ miners, rngs, speed, limit, rngPing, hasherPing, evenness }) => [
    String(miners),
    String(rngs),
    speed.toFixed(2),
    limit.toFixed(2),
    (speed / limit).toFixed(3),
    `${rngPing.toFixed(0)} ms`,
    `${hasherPing.toFixed(1)} ms`,
    evenness.toFixed(2),
  ]);
  return markdownTable(HEADINGS, cells);
}
