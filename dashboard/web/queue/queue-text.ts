/**
 * What the queue does, in sentences, in the notation of Prose. Empty if there is nothing to say.
 * @module
 */
import type { AbandonedJob, Frame } from '../../frame/frame.ts';
import { formatCount, formatDuration, formatInteger, formatSpeed } from '../ui/format.ts';

type State = Pick<Frame, 'source' | 'speed' | 'queue' | 'producer'>;

/** A backlog of at least this share of the target is full; miners always take a few. */
const FULL = 0.9;

/** Slower changes of the backlog, in jobs per second and as a share of the speed, are noise. */
const MIN_CHANGE = 0.5;
const MIN_CHANGE_SHARE = 0.1;

/** Lower speeds are written as 0.0 jobs/s. */
const MIN_SPEED = 0.05;

/** Explains a change of the backlog, or how long a job waits in a backlog that does not change. */
export function backlogText({ source, speed, queue, producer }: State): string {
  const { waiting, growth } = queue;
  if (growth !== null && Math.abs(growth) > Math.max(MIN_CHANGE, MIN_CHANGE_SHARE * (speed ?? 0))) {
    const rate = `${formatSpeed(Math.abs(growth))} jobs/s`;
    if (growth > 0) return `Growing by ${rate}.`;
    if (waiting === 0) return '';
    const empty = formatDuration((waiting / -growth) * 1000);
    return `Draining by ${rate}: empty in ${empty}.`;
  }
  if (source !== 'queue' || speed === null || speed < MIN_SPEED || waiting === 0) return '';
  // Little's law: the mean number of jobs in a queue is their arrival rate times their mean time in it.
  const wait = formatDuration((waiting / speed) * 1000);
  const law = `${formatCount(waiting, 'waiting job')} ÷ ${formatSpeed(speed)} jobs/s = ${wait} in the queue (Little’s law).`;
  if (producer.target === null || waiting < FULL * producer.target) return law;
  return `${law} The producer keeps ${formatInteger(producer.target)} jobs waiting on purpose, so miners never run out of work.`;
}

/** Says how long the job waits that is next: measured, where Little's law computes it. */
export const nextText = ({ nextAgeMs }: Frame['queue']): string =>
  nextAgeMs === null ? '' : `The next job to run was added ${formatDuration(nextAgeMs)} ago.`;

/** Says who adds jobs, and how many. */
export function producerText({ queue, producer }: Pick<State, 'queue' | 'producer'>): string {
  if (producer.leader === null) return 'No producer holds the lease.';
  if (queue.added === null) return `${producer.leader} holds the lease.`;
  const rule = producer.fixedRate ? fixedRateText(producer.dropped) : '';
  return `${producer.leader} adds ${formatSpeed(queue.added)} jobs/s${rule}.`;
}

const fixedRateText = (dropped: number) =>
  dropped === 0
    ? ' at a fixed rate'
    : ` and drops ${formatSpeed(dropped)}/s, because too many wait`;

/** Says what happens to jobs whose miners died; there is at least one. */
export function abandonedText(jobs: readonly AbandonedJob[]): string {
  const miners = [...new Set(jobs.map(({ miner }) => miner))].join(', ');
  const lost = jobs.length === 1 ? 'lost its miner' : 'lost their miners';
  const ms = Math.max(...jobs.map(({ expiresMs }) => expiresMs));
  const rule =
    'A job whose {lock} has expired counts as {stalled}, and a running miner returns it to the queue.';
  const last = jobs.length === 1 ? 'The lock' : 'The last lock';
  const expiry = ms > 0 ? ` ${last} expires in ${formatDuration(ms)}.` : '';
  return `${formatCount(jobs.length, 'job')} ${lost} (${miners}). ${rule}${expiry}`;
}
