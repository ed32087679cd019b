/**
 * The figures that a box of the picture opens to.
 * @module
 */
import { formatMemory } from '../../frame/memory.ts';
import type { Frame, StageView, UpstreamName } from '../../frame/frame.ts';
import {
  formatCount,
  formatDuration,
  formatInteger,
  formatPercent,
  formatSpeed,
} from '../ui/format.ts';

/** More replicas do not fit. */
const MAX_REPLICAS = 4;

export type Figure = [label: string, value: string];

export function producerFigures({ producer, queue }: Frame): Figure[] {
  return [
    ['leader', producer.leader ?? 'none'],
    ['target', producer.target === null ? '–' : formatCount(producer.target, 'waiting job')],
    ['adds', `${formatSpeed(queue.added)}/s`],
  ];
}

export function queueFigures({ queue }: Frame): Figure[] {
  return [
    ['waiting', formatInteger(queue.waiting)],
    ['active', formatInteger(queue.active)],
    ['delayed', formatInteger(queue.delayed)],
    ['failed', formatInteger(queue.failed)],
  ];
}

export function redisFigures({ redis, loops, coins }: Frame): Figure[] {
  const max = redis.max === null ? ', no limit' : ` of ${formatMemory(redis.max)}`;
  return [
    ['memory', `${formatMemory(redis.used)}${max}`],
    ['loops', formatInteger(loops)],
    ['coins', formatInteger(coins)],
  ];
}

/** Returns the figures of rng or hasher, and which replicas the miners avoid. */
export function upstreamFigures(frame: Frame, name: UpstreamName): Figure[] {
  const avoided = frame.upstreams[name].avoided.map((replica): Figure => [
    `avoided: ${replica.name}`,
    replica.reason,
  ]);
  return [...stageFigures(frame, name), ...replicaFigures(frame, name), ...avoided];
}

/** Returns how busy each replica is, the busiest first, if they differ. */
function replicaFigures({ bottleneck, stages }: Frame, name: UpstreamName): Figure[] {
  if (bottleneck?.name !== name || bottleneck.unequal === undefined) return [];
  const loads = stages.find((stage) => stage.name === name)?.loads ?? [];
  return loads
    .toSorted((a, b) => b.utilization - a.utilization)
    .slice(0, MAX_REPLICAS)
    .map(({ name: replica, utilization, serviceMs }) => [
      replica,
      `${formatPercent(Math.min(1, utilization))} busy, ${formatDuration(serviceMs)} each`,
    ]);
}

/** Returns the figures of miner, rng, or hasher; none if no loop was reported lately. */
export function stageFigures({ stages }: Frame, name: StageView['name']): Figure[] {
  const stage = stages.find((candidate) => candidate.name === name);
  if (!stage) return [];
  const { slots, throughput, waitMs, serviceMs, inFlight, utilization, limit } = stage;
  const reported = (value: number | null, format: (value: number) => string) =>
    value === null ? 'not reported' : format(value);
  const limited = (value: number | null, format: (value: number) => string) =>
    slots === 0 ? 'no limit' : reported(value, format);
  return [
    ['throughput', `${formatSpeed(throughput)}/s`],
    ['wait', reported(waitMs, formatDuration)],
    ['service', reported(serviceMs, formatDuration)],
    ['in flight', inFlight.toFixed(1)],
    [name === 'miner' ? 'loops at once' : 'slots', limited(slots, formatInteger)],
    [name === 'miner' ? 'at work' : 'utilization', limited(utilization, formatPercent)],
    ['limit', limited(limit, (perSecond) => `${formatSpeed(perSecond)}/s`)],
  ];
}
