/**
 * rng and hasher describe each response, and themselves, in the standard `Server-Timing` header
 * (https://www.w3.org/TR/server-timing/).
 * @module
 */
import type { Variations } from '../reports.ts';

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
  variations?: Pick<Variations, Variation> | undefined;
}

const FIGURES = ['queue', 'service', 'slots', 'delay', 'cpu'] as const;

/** The variations of rng and hasher that are numbers. */
const VARIATIONS = ['slower', 'errors', 'hangs', 'leakKb'] as const;

/** As JavaScript writes numbers that are not negative. */
const NUMBER = /^\d{1,15}(?:\.\d+)?(?:e-\d+)?$/;

type Variation = (typeof VARIATIONS)[number] | 'delays';

/**
 * Returns the header, for example `queue;dur=12.3, service;dur=100.9, slots;desc="1", delay;dur=100, cpu;desc="0.02"`, and
 * after that the variations, if there are any: `errors;desc="0.05"`.
 */
export function formatServerTiming(timing: ServerTiming): string {
  const { queue, service, slots, delay, cpu, variations = {} } = timing;
  const times = `queue;dur=${queue.toFixed(1)}, service;dur=${service.toFixed(1)}`;
  const header = `${times}, slots;desc="${slots}", delay;dur=${delay}, cpu;desc="${cpu.toFixed(2)}"`;
  const varied = Object.entries(variations).map(([name, value]) => `, ${name};desc="${value}"`);
  return header + varied.join('');
}

/** One metric, with or without further parameters. Longer values are ignored. */
const METRIC = /^\s*(\w+);(?:dur=|desc=")([\w.-]{1,20})(?![\w.-])/;

/** Parses the header. Values that are missing or invalid are undefined. */
export function parseServerTiming(header: string): Partial<ServerTiming> {
  const timing: Partial<ServerTiming> = {};
  const variations: ServerTiming['variations'] = {};
  for (const metric of header.split(',')) {
    const [, name, value = ''] = METRIC.exec(metric) ?? [];
    const figure = FIGURES.find((it) => it === name);
    const variation = VARIATIONS.find((it) => it === name);
    const number = NUMBER.test(value) ? Number(value) : undefined;
    if (figure !== undefined && number !== undefined) timing[figure] = number;
    if (variation !== undefined && number !== undefined) variations[variation] = number;
    if (name === 'delays' && (value === 'uniform' || value === 'exponential'))
      variations.delays = value;
  }
  return Object.keys(variations).length === 0 ? timing : { ...timing, variations };
}
