/**
 * The benchmark's tables, in Markdown.
 * @module
 */
import { markdownTable } from '../testing/markdown-table.ts';
import type { Fast } from './fast.ts';
import type { JobsRow, MinersRow } from './growth.ts';
import type { ViewersRow } from './viewers.ts';

/** What was measured; what was not is left out. */
export interface Bench {
  /** Ratio to the limit on paper, by number of miners. */
  paced?: Record<string, number>;
  fast?: Fast;
  miners?: MinersRow[];
  jobs?: JobsRow[];
  viewers?: ViewersRow[];
}

export function renderBench({ paced, fast, miners, jobs, viewers }: Bench): string {
  const parts: string[] = [];
  if (paced) parts.push(title('Delays in place'), renderPaced(paced));
  if (fast) parts.push(title('Delays at 0'), renderFast(fast), renderUse(fast));
  if (miners) parts.push(title('More miners, delays at 0'), renderMiners(miners));
  if (jobs) parts.push(title('More jobs, delays at 0'), renderJobs(jobs));
  if (viewers) parts.push(title('The dashboard'), renderViewers(viewers));
  return parts.join('\n');
}

const title = (text: string) => `\n${text}\n`;

function renderPaced(paced: Record<string, number>): string {
  const rows = Object.entries(paced).map(([miners, ratio]) => [miners, ratio.toFixed(3)]);
  return markdownTable(['miners', 'of the limit on paper'], rows);
}

function renderFast(fast: Fast): string {
  return markdownTable(
    [
      'hashes/s',
      'empty jobs/s',
      'HTTP loops/s',
      'bound',
      'ratio',
      'round trips',
      'commands',
      'bytes',
    ],
    [
      [
        ...[fast.hashesPerSecond, fast.emptyJobs, fast.httpLoops, fast.bound].map((it) =>
          it.toFixed(),
        ),
        fast.ratio.toFixed(3),
        fast.roundTripsPerLoop.toFixed(2),
        fast.commandsPerLoop.toFixed(1),
        fast.bytesPerLoop.toFixed(),
      ],
    ],
  );
}

function renderUse({ cpuMsPerLoop, residentMb }: Fast): string {
  const rows = Object.entries(cpuMsPerLoop).map(([kind, ms]) => [
    kind,
    ms.toFixed(3),
    (residentMb[kind] ?? NaN).toFixed(),
  ]);
  return markdownTable(['process', 'CPU ms a loop', 'resident MB'], rows);
}

function renderMiners(rows: MinersRow[]): string {
  return markdownTable(
    ['miners', 'hashes/s', 'resident MB of all'],
    rows.map((row) => [String(row.miners), row.hashesPerSecond.toFixed(), row.memory.toFixed()]),
  );
}

function renderJobs(rows: JobsRow[]): string {
  const kinds = Object.keys(rows[0]?.memory ?? {});
  return markdownTable(
    ['jobs done', 'hashes/s', 'of the first', ...kinds.map((kind) => `${kind} MB`)],
    rows.map(({ jobs, hashesPerSecond, ofFirst, memory }) => [
      String(jobs),
      hashesPerSecond.toFixed(),
      ofFirst.toFixed(3),
      ...kinds.map((kind) => (memory[kind] ?? NaN).toFixed(1)),
    ]),
  );
}

function renderViewers(rows: ViewersRow[]): string {
  return markdownTable(
    ['miners', 'viewers', 'CPU ms a frame'],
    rows.map((row) => [String(row.miners), String(row.viewers), row.cpuMsPerFrame.toFixed(1)]),
  );
}
