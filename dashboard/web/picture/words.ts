/**
 * The picture in words, for screen readers.
 * @module
 */
import type { Frame, UpstreamName } from '../../frame/frame.ts';
import { formatCount, formatInteger, formatSpeed } from '../ui/format.ts';
import { isInUse } from '../speed/in-use.ts';
import { jobsInLoop, type Pace } from './pace.ts';
import { stationsOf, type Load } from './stations.ts';

/**
 * Returns what the picture shows.
 * @param pending requests in progress
 * @param revealed whether to say where the jobs are
 */
export function describePicture(frame: Frame, pending: Pace['pending'], revealed: boolean): string {
  const { queue, producer, fleet, abandoned, loops, coins } = frame;
  const lost = fleet.filter((miner) => miner.lost).length;
  return [
    producer.leader === null
      ? 'Producer: no leader.'
      : `Producer: ${producer.leader} adds ${formatSpeed(queue.added)} jobs per second.`,
    `Queue${queue.paused ? ', paused' : ''}: ${formatCount(queue.waiting, 'job')} waiting, ${formatInteger(queue.delayed)} delayed.`,
    `${formatCount(fleet.length - lost, 'miner')}${lost > 0 ? ` and ${formatInteger(lost)} lost` : ''}${jobsOf(frame, pending, revealed)}.`,
    ...abandoned.map((job) => `${describeAbandoned(job)}.`),
    describeUpstream(frame, 'rng', revealed),
    describeUpstream(frame, 'hasher', revealed),
    `Redis: ${formatCount(loops, 'loop')}, ${formatCount(coins, 'coin')}.`,
  ].join(' ');
}

function jobsOf(frame: Frame, pending: Pace['pending'], revealed: boolean): string {
  const jobs = jobsInLoop(frame);
  if (jobs === 0) return '';
  if (!revealed) return ` with ${formatCount(jobs, 'job')}`;
  const { atMiner, rng, hasher } = stationsOf(frame, pending);
  return `: ${[`${formatInteger(atMiner)} at work`, ...loadOf('rng', rng), ...loadOf('hasher', hasher)].join(', ')}`;
}

function loadOf(name: UpstreamName, { line, served }: Load): string[] {
  if (line === null) return [`${formatInteger(served)} at ${name}`];
  const words = `${formatInteger(served)} served by ${name}`;
  return line > 0 ? [`${formatInteger(line)} in line at ${name}`, words] : [words];
}

/** Returns the replicas of rng or hasher: "rng: 4 replicas, 1 avoided." */
function describeUpstream(frame: Frame, name: UpstreamName, revealed: boolean): string {
  const replicas = frame[name];
  const unknown = isInUse(frame, name) ? 'replicas not reported' : 'not in use';
  const words = replicas === null ? unknown : formatCount(replicas, 'replica');
  const avoided = frame.upstreams[name].avoided.length;
  return `${name}: ${words}${revealed && avoided > 0 ? `, ${formatInteger(avoided)} avoided` : ''}.`;
}

/** Returns what happens to the job of a dead miner: "Job of miner-3: its lock expires in 17 s". */
export function describeAbandoned({ miner, expiresMs }: Frame['abandoned'][number]): string {
  const seconds = Math.ceil(expiresMs / 1000);
  return seconds > 0
    ? `Job of ${miner}: lock expires in ${formatInteger(seconds)}\u00a0s`
    : `Job of ${miner}: lock expired; a running miner’s next check returns it to the queue`;
}
