/**
 * rng and hasher report wait time, service time and slots in the standard `Server-Timing` header
 * (https://www.w3.org/TR/server-timing/).
 * @module
 */

/** Times in milliseconds; 0 slots = no limit. */
export interface ServerTiming {
  queue: number;
  service: number;
  slots: number;
}

/** Returns the header, for example `queue;dur=12.3, service;dur=100.9, slots;desc="1"`. */
export function formatServerTiming({ queue, service, slots }: ServerTiming): string {
  return `queue;dur=${queue.toFixed(1)}, service;dur=${service.toFixed(1)}, slots;desc="${slots}"`;
}

/** One of our metrics, with or without further parameters. Longer numbers are ignored. */
const METRIC = /^\s*(?:(queue|service);dur=|(slots);desc=")(\d{1,15}(?:\.\d+)?)\b/;

/** Parses the header. Values that are missing or not numbers are undefined. */
export function parseServerTiming(header: string): Partial<ServerTiming> {
  const timing: Partial<ServerTiming> = {};
  for (const metric of header.split(',')) {
    const [, duration, slots, digits] = METRIC.exec(metric) ?? [];
    const name = (duration ?? slots) as keyof ServerTiming | undefined;
    if (name !== undefined) timing[name] = Number(digits);
  }
  return timing;
}
