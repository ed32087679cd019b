/**
 * Several queues as one, which the page shows.
 * @module
 */
import { sum } from '@dockercoins/common/statistics';
import type { QueueView } from './frame.ts';

/** What is read of each queue. */
export interface QueueState {
  name: string;
  /** Number of jobs by BullMQ's names of their states; missing = 0. */
  counts: Record<string, number>;
  paused: boolean;
  /** The limits that hold for all workers together; null without one. */
  concurrency: number | null;
  rate: { max: number; /** ms */ duration: number } | null;
  /** How long the rate limit pauses all workers (ms). */
  limitedMs: number;
  /** When the job was added that a worker takes next (ms since 1970); null if none waits. */
  nextAddedAt: number | null;
}

export type QueueTotals = Omit<QueueView, 'nextAgeMs' | 'added' | 'growth'> &
  Pick<QueueState, 'nextAddedAt'>;

/** Adds up the queues. A limit holds for the whole only if every queue has one. */
export function addUp(queues: readonly QueueState[]): QueueTotals {
  const count = (state: string) => sum(queues.map(({ counts }) => counts[state] ?? 0));
  const concurrencies = queues.map(({ concurrency }) => concurrency);
  const rates = queues.map(({ rate }) => rate);
  const nextAdded = queues.map(({ nextAddedAt }) => nextAddedAt).filter((at) => at !== null);
  const pausedNames = queues.filter(({ paused }) => paused).map(({ name }) => name);
  return {
    names: queues.map(({ name }) => name),
    waiting: count('waiting'),
    active: count('active'),
    delayed: count('delayed'),
    failed: count('failed'),
    completed: count('completed'),
    paused: pausedNames.length === queues.length,
    pausedNames,
    concurrency: concurrencies.every((limit) => limit !== null) ? sum(concurrencies) : null,
    limitedMs: Math.min(...queues.map(({ limitedMs }) => limitedMs)),
    rate: rates.every((rate) => rate !== null)
      ? sum(rates.map(({ max, duration }) => (max * 1000) / duration))
      : null,
    nextAddedAt: nextAdded.length === 0 ? null : Math.min(...nextAdded),
  };
}
