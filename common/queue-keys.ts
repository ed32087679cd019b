/**
 * BullMQ's internal keys, only for what its API cannot do: reading or writing several values atomically.
 * A test fails if a new version of BullMQ renames one.
 * @module
 */
import { QUEUE_NAME } from './contract.ts';

/** Returns the full name of one of the queue's keys, for example `bull:loops:wait`. */
export const queueKey = (name: string) => `bull:${QUEUE_NAME}:${name}`;

export const queueKeys = {
  /** hash: one job; the field `data` is its data as JSON */
  job: (id: string) => queueKey(id),
  /** string: lock token of the worker that is processing the job */
  lock: (id: string) => queueKey(`${id}:lock`),
  /** hash: the field `count` is the number of jobs ever completed */
  completedCount: queueKey('metrics:completed'),
  /** string: number of jobs ever added */
  addedCount: queueKey('id'),
  /** list: ids of the jobs being processed, oldest last */
  active: queueKey('active'),
  /** stream: job events; each entry id contains the time by Redis' clock */
  events: queueKey('events'),
} as const;
