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

/** One metric of ours, whatever else is told of it. More digits than that are no time. */
const METRIC = /^\s*(?:(queue|service);dur=|(slots);desc=")(\d{1,15}(?:\.\d+)?)\b/;

/** Reads the header; what is missing or is no number is undefined. */
export function parseServerTiming(header: string): Partial<ServerTiming> {
  const timing: Partial<ServerTiming> = {};
  for (const metric of header.split(',')) {
    const [, time, slots, digits] = METRIC.exec(metric) ?? [];
    const name = (time ?? slots) as keyof ServerTiming | undefined;
    if (name !== undefined) timing[name] = Number(digits);
  }
  return timing;
}
