import { QUEUE_NAME } from '@dockercoins/common/contract';

/** Name of one of BullMQ's keys of the queue, for who looks at it from outside. */
export const bull = (key: string) => `bull:${QUEUE_NAME}:${key}`;
