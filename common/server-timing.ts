/**
 * The standard header `Server-Timing` (https://www.w3.org/TR/server-timing/), by which rng and
 * hasher tell how long a request waited and how long it was served.
 * @module
 */

/** What one answer says about itself. Times in milliseconds; 0 slots = no limit. */
export interface ServerTiming {
  queue: number;
  service: number;
  slots: number;
}

/** `queue;dur=12.3, service;dur=100.9, slots;desc="1"` */
export function formatServerTiming({ queue, service, slots }: ServerTiming): string {
  return `queue;dur=${queue.toFixed(1)}, service;dur=${service.toFixed(1)}, slots;desc="${slots}"`;
}

/** Reads the header; what is missing or is no number is undefined. */
export function parseServerTiming(header: string): Partial<ServerTiming> {
  const read = (pattern: RegExp) => {
    const found = pattern.exec(header)?.[1];
    return found === undefined ? undefined : Number(found);
  };
  const timing: Partial<ServerTiming> = {};
  const queue = read(/\bqueue;dur=(\d+(?:\.\d+)?)/);
  const service = read(/\bservice;dur=(\d+(?:\.\d+)?)/);
  const slots = read(/\bslots;desc="(\d+)"/);
  if (queue !== undefined) timing.queue = queue;
  if (service !== undefined) timing.service = service;
  if (slots !== undefined) timing.slots = slots;
  return timing;
}
