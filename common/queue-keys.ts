/**
 * BullMQ's own keys, for the few things its API cannot do: reading or writing several values in one atomic step.
 * Everything else goes through the API. A test fails if a new version of BullMQ renames any of them.
 * @module
 */
import { QUEUE_NAME } from './contract.ts';

/** Returns the full name of one of BullMQ's keys of the queue, for instance `bull:loops:wait`. */
export const queueKey = (name: string) => `bull:${QUEUE_NAME}:${name}`;

export const queueKeys = {
  /** hash: one job; its field `data` holds the job's data as JSON */
  job: (id: string) => queueKey(id),
  /** string: token of the worker that holds the job */
  lock: (id: string) => queueKey(`${id}:lock`),
  /** hash: its field `count` is the number of jobs ever completed */
  completedCount: queueKey('metrics:completed'),
  /** stream: what happened to each job; Redis' time is in the id of each entry */
  events: queueKey('events'),
} as const;
