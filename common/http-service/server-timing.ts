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
  /** How it differs from the usual experiment, in words without commas and quotation marks. */
  variations?: string[] | undefined;
}

/** Returns the header, for example `queue;dur=12.3, service;dur=100.9, slots;desc="1", delay;dur=100, cpu;desc="0.02"`. */
export function formatServerTiming(timing: ServerTiming): string {
  const { queue, service, slots, delay, cpu, variations } = timing;
  const times = `queue;dur=${queue.toFixed(1)}, service;dur=${service.toFixed(1)}`;
  const header = `${times}, slots;desc="${slots}", delay;dur=${delay}, cpu;desc="${cpu.toFixed(2)}"`;
  return variations?.length ? `${header}, variations;desc="${variations.join('; ')}"` : header;
}

/** One of our metrics, with or without further parameters. Longer numbers are ignored. */
const METRIC = /^\s*(?:(queue|service|delay);dur=|(slots|cpu);desc=")(\d{1,15}(?:\.\d+)?)\b/;

const VARIATIONS = /^\s*variations;desc="([^"]{1,500})"/;

/** Parses the header. Values that are missing or not numbers are undefined. */
export function parseServerTiming(header: string): Partial<ServerTiming> {
  const timing: Partial<ServerTiming> = {};
  for (const metric of header.split(',')) {
    const [, duration, description, digits] = METRIC.exec(metric) ?? [];
    const name = (duration ?? description) as Exclude<keyof ServerTiming, 'variations'> | undefined;
    const variations = name === undefined ? VARIATIONS.exec(metric)?.[1] : undefined;
    if (name !== undefined) timing[name] = Number(digits);
    if (variations !== undefined) timing.variations = variations.split('; ');
  }
  return timing;
}
