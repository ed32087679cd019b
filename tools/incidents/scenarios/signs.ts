/**
 * Signs that several scenarios share.
 * @module
 */
import type { Sign } from './scenario.ts';

/** The speed falls below this share of what it was. */
export const speedBelow = (share: number): Sign => ({
  what: 'speed',
  unit: 'hashes/s',
  read: ({ speed }) => speed,
  shows: (now, before) => now < share * before,
});

/** Several jobs more have failed for good. */
export const jobsFail: Sign = {
  what: 'failed jobs',
  unit: '',
  read: ({ queue }) => queue.failed,
  shows: (now, before) => now >= before + 5,
};

/** At most this many jobs are being processed. */
export const activeAtMost = (max: number): Sign => ({
  what: 'active jobs',
  unit: '',
  read: ({ queue }) => queue.active,
  shows: (now, before) => now <= max && now < before,
});
