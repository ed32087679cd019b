/**
 * BullMQ's internal keys, only for what its API cannot do: reading or writing several values atomically.
 * A test fails if a new version of BullMQ renames one.
 * @module
 */
import { QUEUE_NAME } from '../contract.ts';

/** Returns the full name of one of a queue's keys, for example `bull:loops:wait`. */
export const queueKey = (name: string, queue = QUEUE_NAME) => `bull:${queue}:${name}`;

/** Returns the keys of a queue. */
export const queueKeys = (queue = QUEUE_NAME) => ({
  /** hash: one job; the field `data` is its data as JSON */
  job: (id: string) => queueKey(id, queue),
  /** list: the log of a job, oldest line first */
  log: (id: string) => queueKey(`${id}:logs`, queue),
  /** string: lock token of the worker that is processing the job */
  lock: (id: string) => queueKey(`${id}:lock`, queue),
  /** hash: the field `count` is the number of jobs ever completed */
  completedCount: queueKey('metrics:completed', queue),
  /** string: number of jobs ever added */
  addedCount: queueKey('id', queue),
  /** list: ids of the jobs being processed, oldest last */
  active: queueKey('active', queue),
  /** stream: job events; each entry id contains the time by Redis' clock */
  events: queueKey('events', queue),
});
