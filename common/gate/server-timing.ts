/**
 * rng and hasher describe each response, and themselves, in the standard `Server-Timing` header
 * (https://www.w3.org/TR/server-timing/).
 * @module
 */

export interface ServerTiming {
  /** How long the request waited, and how long it was served (ms). */
  queue: number;
  service: number;
  /** Number of requests served concurrently; 0 = no limit. */
  slots: number;
  /** The part of the service time that is a delay by setting (ms). */
  delay: number;
  /** Share of one core that the process uses. */
  cpu: number;
}

/** Returns the header, for example `queue;dur=12.3, service;dur=100.9, slots;desc="1", delay;dur=100, cpu;desc="0.02"`. */
export function formatServerTiming({ queue, service, slots, delay, cpu }: ServerTiming): string {
  const times = `queue;dur=${queue.toFixed(1)}, service;dur=${service.toFixed(1)}`;
  return `${times}, slots;desc="${slots}", delay;dur=${delay}, cpu;desc="${cpu.toFixed(2)}"`;
}

/** One of our metrics, with or without further parameters. Longer numbers are ignored. */
const METRIC = /^\s*(?:(queue|service|delay);dur=|(slots|cpu);desc=")(\d{1,15}(?:\.\d+)?)\b/;

/** Parses the header. Values that are missing or not numbers are undefined. */
export function parseServerTiming(header: string): Partial<ServerTiming> {
  const timing: Partial<ServerTiming> = {};
  for (const metric of header.split(',')) {
    const [, duration, description, digits] = METRIC.exec(metric) ?? [];
    const name = (duration ?? description) as keyof ServerTiming | undefined;
    if (name !== undefined) timing[name] = Number(digits);
  }
  return timing;
}
