/**
 * A prediction in words.
 * @module
 */
import { formatPercent, formatSpeed } from '../ui/format.ts';
import type { LimitName, Prediction } from './predict.ts';
import type { Setup } from './setup.ts';

/** A deviation that is a larger share of the speed is worth telling. */
const RANDOM = 0.015;

/** More arrivals than this multiple of the speed let the queue grow. */
const GROWS = 1.03;

/** Speeds that differ by less are the same. */
const SAME = 0.02;

/** Returns the speed: "19.9 hashes/s", or "24.0 ± 0.6 hashes/s" if it depends on chance. */
export function speedText({ speed, deviation }: Prediction): string {
  const random = deviation > RANDOM * speed ? ` ± ${formatSpeed(deviation)}` : '';
  return `${formatSpeed(speed)}${random} hashes/s`;
}

/** Returns how a speed compares with the current one: "2.0 times the speed now."; '' if that is unknown. */
export function comparisonText(speed: number, now: number | null): string {
  if (now === null || now === 0) return '';
  const ratio = speed / now;
  if (Math.abs(ratio - 1) < SAME) return 'As fast as now.';
  return `${ratio.toFixed(ratio < 10 ? 1 : 0)} times the speed now.`;
}

/** Returns what limits the speed, in one or two sentences. */
export function limitText({ limitedBy, stages, speed }: Prediction, { settings }: Setup): string {
  const { PRODUCER_RATE: rate = 0 } = settings;
  const busy = stages.find(({ name }) => name === limitedBy)?.utilization;
  const sentence = SENTENCES[limitedBy](formatPercent(Math.min(1, busy ?? 0)), rate);
  const grows = rate > GROWS * speed ? ` The queue grows, because ${rate} jobs/s arrive.` : '';
  return sentence + grows;
}

const SENTENCES: Record<LimitName, (percent: string, rate: number) => string> = {
  miner: (percent) => `The miners limit it: they work on loops ${percent} of the time.`,
  rng: (percent) => `rng limits it: its slots are ${percent} busy.`,
  hasher: (percent) => `hasher limits it: its slots are ${percent} busy.`,
  arrivals: (_, rate) => `The arrivals limit it: no more than ${rate} jobs/s are added.`,
  queue: () => 'The queue limits it: it has a global concurrency or a rate limit.',
  machine: () => 'The machine limits it: its processors are fully used.',
};

/** Returns what a curve says about more miners. @param knee number of miners; null without a knee */
export function kneeText(knee: number | null, last: number): string {
  if (knee === null) return `Up to ${last} miners, each one adds as much as the first.`;
  const rounded = knee.toFixed(knee < 10 ? 1 : 0);
  return `The knee is at ${rounded} miners: more of them hardly add anything.`;
}
