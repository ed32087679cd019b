/**
 * The path of a job as rows on a common time axis.
 * @module
 */
import type { JobPath, JobRun, RunEnd } from '../../frame/job-path.ts';
import type { Phase } from '../loop-time/loop-phases.ts';

/** Selects the color. */
export type Kind =
  | 'queueWait'
  | 'backoff'
  | 'run'
  | 'failed'
  | 'handedBack'
  | 'stalled'
  | Phase['stage']
  | 'completion';

export interface Row {
  label: string;
  kind: Kind;
  /** Milliseconds since the job was added; null if unknown. */
  from: number | null;
  to: number | null;
  /** True if it is not over: `to` is now. */
  goesOn: boolean;
  /** True for a phase of the run above it. */
  isPhase: boolean;
  /** What is special about a run, as a sentence; usually empty. */
  note: string;
}

/**
 * Returns the rows in order of time.
 * @param now ms since 1970, by the clock of the server
 * @param phases those of a loop; undefined while they are hidden, because the longest one is the answer
 */
export function waterfallOf(path: JobPath, now: number, phases: Phase[] | undefined): Row[] {
  const { runs, addedAt, finishedAt } = path;
  const since = (ms: number | null) => (ms === null ? null : Math.max(0, ms - addedAt));
  const nowMs = since(latestTime(path, now));
  const rows: Row[] = [];
  const add = (row: Pick<Row, 'label' | 'kind' | 'from' | 'to'> & Partial<Row>) =>
    rows.push({ goesOn: false, isPhase: false, note: '', ...row, to: notBefore(row) });

  let wait: Pick<Row, 'label' | 'kind'> = { label: 'in the queue', kind: 'queueWait' };
  let from: number | null = 0;
  for (const [index, run] of runs.entries()) {
    const [taken, ended] = [since(run.takenAt), since(run.endedAt)];
    add({ ...wait, from, to: taken });
    const goesOn = run.end === 'running';
    add({
      label: `${runs.length === 1 ? 'run' : `run ${index + 1}`} by ${run.miner ?? 'an unknown miner'}${run.end === 'stalled' ? ', stalled' : ''}`,
      kind: KINDS[run.end],
      from: taken,
      to: goesOn ? nowMs : ended,
      goesOn,
      note: noteOn(run, phases !== undefined),
    });
    if (phases) for (const row of phaseRows(run, taken, ended, phases)) add(row);
    wait = waitAfter(run.end);
    from = ended;
  }
  if (finishedAt === null && path.state !== 'active') {
    const label = path.state === 'delayed' ? 'delayed before the next attempt' : wait.label;
    add({ ...wait, label, from, to: nowMs, goesOn: true });
  }
  return rows;
}

/** The page's clock is a second behind: nothing may end before it began. */
export function latestTime({ addedAt, finishedAt, runs }: JobPath, now: number): number {
  const times = runs.flatMap(({ takenAt, endedAt }) => [takenAt ?? 0, endedAt ?? 0]);
  return Math.max(now, addedAt, finishedAt ?? 0, ...times);
}

/** Miners whose clocks differ do not let time run backward. */
const notBefore = ({ from, to }: Pick<Row, 'from' | 'to'>) =>
  to === null ? null : Math.max(from ?? 0, to);

const KINDS: Record<RunEnd, Kind> = {
  completed: 'run',
  running: 'run',
  failed: 'failed',
  'handed back': 'handedBack',
  stalled: 'stalled',
};

/** Where a job is after a run that did not complete it. */
function waitAfter(end: RunEnd): Pick<Row, 'label' | 'kind'> {
  if (end === 'failed') return { label: 'delayed, then in the queue', kind: 'backoff' };
  return { label: 'at the front of the queue', kind: 'queueWait' };
}

function noteOn({ end, reason, miner, stages }: JobRun, isRevealed: boolean): string {
  if (end === 'completed')
    return isRevealed && stages === null ? 'Where its time went is unknown.' : '';
  if (end === 'running') return '';
  const why = reason ? `: ${reason}` : '';
  if (end === 'failed') return `Failed${why}`;
  if (end === 'handed back') return `Handed back, without using up an attempt${why}`;
  return `${miner ?? 'The miner'} died, or lost its lock, sooner: that was noticed only after the lock had expired.`;
}

/** The phases of a run follow one another. What is left is the time that Redis and the miner take to complete the job. */
function phaseRows(
  { stages, rng, hasher }: JobRun,
  taken: number | null,
  ended: number | null,
  phases: Phase[],
) {
  const servedBy = { rngService: rng, hasherService: hasher } as Partial<
    Record<Kind, string | null>
  >;
  if (stages === null || taken === null) return [];
  let at = taken;
  const rows = phases.map(({ stage, label, stages: parts }) => {
    const from = at;
    at += parts.reduce((sum, part) => sum + stages[part], 0);
    const replica = servedBy[stage] ? ` (${servedBy[stage]})` : '';
    return { label: label + replica, kind: stage, from, to: at, isPhase: true };
  });
  const to = ended === null ? null : Math.max(at, ended);
  return [
    ...rows,
    { label: 'completion', kind: 'completion' as const, from: at, to, isPhase: true },
  ];
}
