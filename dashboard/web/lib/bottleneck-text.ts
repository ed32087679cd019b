/**
 * What limits the speed, in sentences.
 * @module
 */
import type { Bottleneck, Frame, Point, UpstreamName } from '../../frame.ts';
import { formatCount, formatDuration, formatPercent, formatSpeed } from './format.ts';
import { responseGrowth } from './response-growth.ts';

const UPSTREAMS: readonly UpstreamName[] = ['rng', 'hasher'];

/** A forecast within this share of the current speed means: no faster. */
const NOISE = 0.03;

/**
 * Returns one or more sentences, in the notation of Prose.
 * @param points the history, which shows that requests wait at a service that does not report its slots
 */
export function bottleneckText(frame: Frame, points: readonly Point[]): string {
  const { bottleneck, upstreams, stages, source, problems } = frame;
  if (source === 'hashes') return 'Unknown, because these miners do not report.';
  if (bottleneck === null && problems.length > 0) return 'Unknown while there is a problem.';
  if (bottleneck === null && stages.length === 0) return 'Unknown while nothing is being mined.';
  const silent = UPSTREAMS.filter((name) => !upstreams[name].reports);
  const sentences = silent.map((name) => silentText(name, points));
  if (bottleneck !== null) {
    sentences.unshift(limitText(bottleneck));
    if (silent.length === 0) sentences.push(forecastText(bottleneck, frame.speed));
  }
  if (sentences.length === 0) return 'None found: nothing that is measured is fully used.';
  return sentences.filter((sentence) => sentence !== '').join(' ');
}

function limitText({ name, resource, utilization, limit }: Bottleneck): string {
  const percent = formatPercent(Math.min(1, utilization));
  if (name === 'machine') {
    return `The machine is the bottleneck: its processors are ${percent} busy, most of it with this stack.`;
  }
  const most = `the speed to ${formatSpeed(limit)}/s.`;
  if (name === 'miner' && resource === 'slots') {
    return `miner is the bottleneck: miners work on loops ${percent} of the time (waits in line do not count), so they limit ${most}`;
  }
  const reason =
    resource === 'slots'
      ? `its {slots} are ${percent} {busy}`
      : `its busiest process uses ${percent} of a core`;
  return `${name} is the bottleneck: ${reason}, so it limits ${most}`;
}

function forecastText({ name, oneMore }: Bottleneck, speed: number | null): string {
  if (oneMore === null) return '';
  const added = name === 'miner' ? 'miner' : 'replica';
  const forecast = `${formatSpeed(oneMore.speed)}/s`;
  if (oneMore.limitedBy === name) return `With one more ${added}: up to ${forecast}.`;
  const limitedBy = oneMore.limitedBy === 'machine' ? 'the machine' : oneMore.limitedBy;
  const helps = speed === null || oneMore.speed > speed * (1 + NOISE);
  return helps
    ? `One more ${added} would allow up to ${forecast}: then ${limitedBy} is the limit.`
    : `One more ${added} would not help: ${limitedBy} allows ${forecast}.`;
}

function silentText(name: UpstreamName, points: readonly Point[]): string {
  const text = `${name} does not report its {slots}, so its {utilization} is unknown.`;
  const growth = responseGrowth(points, name);
  if (growth === null) return text;
  const { fewer, now } = growth;
  const from = `${formatDuration(fewer.ms)} with ${formatCount(fewer.miners, 'miner')}`;
  const to = `${formatDuration(now.ms)} with ${now.miners}`;
  return `${text} Its response time grew from ${from} to ${to}: requests wait there.`;
}
