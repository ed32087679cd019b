/**
 * BullMQ's own keys, as far as we touch them: to read or write several things in one step, which its API cannot do.
 * Everything else goes through the API. A test fails if a new version of BullMQ uses other names.
 * @module
 */
import { QUEUE_NAME } from './contract.ts';

const key = (name: string) => `bull:${QUEUE_NAME}:${name}`;

export const queueKeys = {
  /** hash: one job; its field `data` holds the job's data as JSON */
  job: (id: string) => key(id),
  /** string: token of the worker that holds the job */
  lock: (id: string) => key(`${id}:lock`),
  /** hash: its field `count` is the number of jobs ever completed */
  completedCount: key('metrics:completed'),
  /** stream: what happened to jobs, each entry with Redis' time in its id */
  events: key('events'),
} as const;
