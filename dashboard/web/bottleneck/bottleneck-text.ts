/**
 * What limits the speed, in sentences.
 * @module
 */
import type {
  Bottleneck,
  Forecast,
  Frame,
  Point,
  ResourceName,
  Unequal,
  UpstreamName,
} from '../../frame/frame.ts';
import {
  formatCount,
  formatDuration,
  formatInteger,
  formatPercent,
  formatSpeed,
} from '../ui/format.ts';
import { responseGrowth } from './response-growth.ts';

const UPSTREAMS: readonly UpstreamName[] = ['rng', 'hasher'];

/** A forecast within this share of the current speed means: no faster. */
const NOISE = 0.03;

/** What is not a service with replicas. */
const WORDS: Partial<Record<ResourceName, { subject: string; are: string; allow: string }>> = {
  machine: { subject: 'the machine', are: 'is', allow: 'allows' },
  miner: { subject: 'the miners', are: 'are', allow: 'allow' },
};

const MAX_NAMED = 3;
const LIST = new Intl.ListFormat('en');

/**
 * Returns one or more sentences, in the notation of Prose.
 * @param points the history, which shows that requests wait at a service that does not report its slots
 */
export function bottleneckText(frame: Frame, points: readonly Point[]): string {
  const { bottleneck, upstreams, stages, source, problems } = frame;
  if (source === 'hashes') return 'Unknown, because these miners do not report.';
  if (bottleneck === null && problems.length > 0)
    return 'What limits the speed is unknown while there is a problem.';
  if (bottleneck === null && stages.length === 0)
    return 'What limits the speed is unknown while nothing is being mined.';
  const silent = UPSTREAMS.filter((name) => !upstreams[name].reports);
  const sentences = silent.map((name) => silentText(name, points));
  if (bottleneck !== null) {
    sentences.unshift(limitText(bottleneck));
    if (silent.length === 0) sentences.push(forecastText(bottleneck, frame.speed));
  }
  if (sentences.length === 0) return 'None found: nothing that is measured is fully used.';
  return sentences.filter((sentence) => sentence !== '').join(' ');
}

function limitText({ name, resource, utilization, limit, unequal }: Bottleneck): string {
  const percent = formatPercent(Math.min(1, utilization));
  if (name === 'machine') {
    return `The machine is the bottleneck: its processors are ${percent} busy, most of it with this stack.`;
  }
  const most = `the speed to ${formatSpeed(limit)}/s.`;
  if (name === 'miner' && resource === 'slots') {
    return `The miners are the bottleneck: they work on loops ${percent} of the time (waits in line do not count), so they limit ${most}`;
  }
  if (unequal !== undefined) return unequalText(name, percent, most, unequal);
  if (name === 'miner') {
    return `The miners are the bottleneck: the busiest one uses ${percent} of a core, so they limit ${most}`;
  }
  const reason =
    resource === 'slots'
      ? `its {slots} are ${percent} {busy}`
      : `its busiest process uses ${percent} of a core`;
  return `${name} is the bottleneck: ${reason}, so it limits ${most}`;
}

/** Miners use replicas in turn, so a slow one holds up all loops, unless they avoid it now and then. */
function unequalText(name: string, percent: string, most: string, unequal: Unequal): string {
  const { busy, others, othersUtilization, avoided, held } = unequal;
  const start = `${name} is the bottleneck: the {slots} of ${namesOf(busy)} are ${percent} {busy}`;
  const rest = `${start}, those of ${namesOf(others)} ${others.length > 1 ? 'at most ' : ''}${formatPercent(othersUtilization)}.`;
  if (avoided.length === 0) {
    const verb = busy.length === 1 ? 'limits' : 'limit';
    return `${rest} Miners use the replicas in turn, so ${namesOf(busy)} ${verb} ${most}`;
  }
  const holds = `About ${formatCount(Math.round(held), 'loop')} ${Math.round(held) === 1 ? 'is' : 'are'} at ${namesOf(avoided)}, although miners avoid ${avoided.length === 1 ? 'it' : 'them'} now and then.`;
  const isSlowOneBusy = busy.every((replica) => avoided.includes(replica));
  return isSlowOneBusy ? `${rest} ${holds}` : `${start}, so it limits ${most} ${holds}`;
}

/** Returns the first three names, and how many more there are: "rng-1, rng-2, rng-3 and 4 more". */
function namesOf(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMED);
  const more = names.length - shown.length;
  return LIST.format(more > 0 ? [...shown, `${formatInteger(more)} more`] : shown);
}

function forecastText({ name, oneMore, unequal }: Bottleneck, speed: number | null): string {
  const sentences: string[] = [];
  if (oneMore !== null) sentences.push(oneMoreText(name, oneMore, speed));
  if (unequal?.without && speed !== null && isFaster(unequal.without.speed, speed)) {
    const slow = unequal.avoided.length > 0 ? unequal.avoided : unequal.busy;
    sentences.push(`Without ${namesOf(slow)}: up to ${formatSpeed(unequal.without.speed)}/s.`);
  }
  return sentences.join(' ');
}

function oneMoreText(name: ResourceName, oneMore: Forecast, speed: number | null): string {
  const added = name === 'miner' ? 'miner' : 'replica';
  const forecast = `${formatSpeed(oneMore.speed)}/s`;
  if (oneMore.limitedBy === name) return `With one more ${added}: up to ${forecast}.`;
  const { subject, are, allow } = WORDS[oneMore.limitedBy] ?? {
    subject: oneMore.limitedBy,
    are: 'is',
    allow: 'allows',
  };
  return speed === null || isFaster(oneMore.speed, speed)
    ? `One more ${added} would allow up to ${forecast}: then ${subject} ${are} the limit.`
    : `One more ${added} would not help: ${subject} ${allow} ${forecast}.`;
}

const isFaster = (forecast: number, speed: number) => forecast > speed * (1 + NOISE);

function silentText(name: UpstreamName, points: readonly Point[]): string {
  const text = `${name} does not report its {slots}, so its {utilization} is unknown.`;
  const growth = responseGrowth(points, name);
  if (growth === null) return text;
  const { fewer, now } = growth;
  const from = `${formatDuration(fewer.ms)} with ${formatCount(fewer.miners, 'miner')}`;
  const to = `${formatDuration(now.ms)} with ${now.miners}`;
  return `${text} Its response time grew from ${from} to ${to}: requests wait there.`;
}
