/**
 * What is wrong, in words, and what to do about it.
 * @module
 */
import { refusalOf } from '@dockercoins/common/redis-refusal';
import { queueKey } from '@dockercoins/common/queue/queue-keys';
import { MAX_BACKLOG } from '@dockercoins/common/contract';
import { formatMemory } from './memory.ts';
import { MAX_HELD } from './sample.ts';
import type { Commands } from './commands.ts';
import type { Frame, Problem, QueueView, UpstreamName, UpstreamView } from './frame.ts';

/** What the diagnosis is based on. */
export type Symptoms = Pick<
  Frame,
  | 'source'
  | 'speed'
  | 'queue'
  | 'producer'
  | 'abandoned'
  | 'fleet'
  | 'upstreams'
  | 'redis'
  | 'writable'
> & {
  /** Milliseconds since a loop was seen to complete, or since the first look. */
  lastLoopMs: number;
  /** How long a loop takes by the settings of miners, rng and hasher (ms). */
  loopMs: number;
  /** For how long no producer has held the lease, and no job has been waiting for the miners (ms). */
  missing: { leaderMs: number; jobsMs: number };
  /** For how long the backlog has been growing (ms). */
  growingMs: number;
  /** What users type, for the advice. */
  commands: Commands;
};

/** Share of Redis' memory at which to warn. */
export const MEMORY_WARNING = 0.8;

/** A new leader takes the lease within this time, and refills the queue. */
const SUCCESSION_MS = 3000;

/** No loop for this long, plus three times what a loop takes, means that loops hang. */
const HANGING_MS = 5000;

/** Slower growth of the backlog, in jobs per second and as a share of the speed, is noise. */
const MIN_GROWTH = 0.5;
const MIN_GROWTH_SHARE = 0.05;

/** With random delays, a backlog may grow for some seconds although the miners are fast enough. */
const MIN_GROWING_MS = 10_000;

/** Returns all problems, errors before warnings, each kind in the order in which to solve them. */
export function problemsOf(symptoms: Symptoms): Problem[] {
  const problems = [
    refusal(symptoms),
    paused(symptoms),
    concurrency(symptoms),
    rate(symptoms),
    noMiners(symptoms),
    upstreamFailure('rng', symptoms),
    upstreamFailure('hasher', symptoms),
    producer(symptoms),
    full(symptoms),
    overload(symptoms),
    hanging(symptoms),
    lostMiners(symptoms),
    memory(symptoms),
  ].filter((problem) => problem !== undefined);
  const rank = ({ severity }: Problem) => (severity === 'error' ? 0 : 1);
  return problems.sort((a, b) => rank(a) - rank(b));
}

type Diagnosis = Problem | undefined;

function refusal({ redis: { refusal, used, max, cli }, commands }: Symptoms): Diagnosis {
  if (refusal === null) return undefined;
  const known = refusalOf({ message: refusal }, cli);
  const [what, then] =
    known?.code === 'OOM'
      ? [`${known.text} (${formatMemory(used)} of ${formatMemory(max ?? used)})`, STOPS_SOON]
      : [known?.text ?? refusal, 'Nothing is mined.'];
  const advice = known?.advice ?? otherRefusal(commands);
  return error('redis', `Redis refuses writes: ${what}. ${then}`, advice);
}

const otherRefusal = ({ logs }: Commands) =>
  `Check \`REDIS_URL\` and the log of Redis: ${logs('redis')}.`;

/** Returns the problem if Redis cannot be read: the only one then, because all others follow from figures. */
export function outageOf(unreachable: boolean, err: Error, commands: Commands): Problem {
  const message = err.message.replace(/\.$/, '');
  if (unreachable) {
    const text = `Redis is unreachable (${message}), so nothing is mined. The figures below are old.`;
    return error('redis', text, commands.restart('redis'));
  }
  const known = refusalOf(err);
  const what = known === undefined ? `cannot be read: ${message}` : `refuses reads: ${known.text}`;
  return error(
    'redis',
    `Redis ${what}. The figures below are old.`,
    known?.advice ?? otherRefusal(commands),
  );
}

/**
 * A worker that is busy goes on: the script that completes a job begins with a DEL, which is always allowed, Redis checks only
 * the first write of a script for OOM, and the same script takes the next job (BullMQ 6.7, `moveToFinished-14.lua`; Redis 7.0,
 * `scriptVerifyOOM`). It stops at the first coin that it cannot store, or the first command that is refused.
 */
const STOPS_SOON = 'Mining stops within a minute.';

function memory({ redis: { refusal, used, max, cli } }: Symptoms): Diagnosis {
  if (refusal !== null || max === null || used < MEMORY_WARNING * max) return undefined;
  const percent = Math.floor((100 * used) / max);
  return warning(
    'redis',
    `Redis uses ${percent}% of its memory. Mining stops when it is full.`,
    refusalOf({ message: 'OOM' }, cli)?.advice ?? '',
  );
}

function paused({ queue, writable }: Symptoms): Diagnosis {
  if (queue.pausedNames.length === 0) return undefined;
  const how = writable
    ? 'Resume it below, or in Bull Board.'
    : 'Set `BOARD_PASSWORD`, then resume it on this page or in Bull Board.';
  const what = queue.paused ? 'The queue is paused: miners take no jobs.' : partlyPaused(queue);
  return warning('queue', what, how);
}

function partlyPaused({ names, pausedNames }: QueueView): string {
  const list = new Intl.ListFormat('en').format(pausedNames);
  const them = pausedNames.length === 1 ? 'it' : 'them';
  return `Paused: ${list} (${pausedNames.length} of ${names.length} queues). Miners take no jobs from ${them}.`;
}

/** Returns a command that changes a key of the queue, as users type it. */
function onKey(
  { queue: { names }, redis }: Symptoms,
  command: string,
  key: string,
  fields = '',
): string {
  const full = queueKey(key, names[0]);
  const line = `\`${redis.cli} ${command} ${full.includes('{') ? `'${full}'` : full}${fields}\``;
  return names.length === 1 ? line : `${line}, and the same for the other queues`;
}

function concurrency(symptoms: Symptoms): Diagnosis {
  const { queue, fleet } = symptoms;
  const slots = fleet
    .filter(({ lost }) => !lost)
    .reduce((sum, miner) => sum + miner.concurrency, 0);
  if (queue.concurrency === null || queue.concurrency >= slots) return undefined;
  return warning(
    'queue',
    `The queue allows only ${jobs(queue.concurrency)} at a time (global concurrency); the miners could process ${slots}.`,
    `Remove the limit: ${onKey(symptoms, 'HDEL', 'meta', ' concurrency')}.`,
  );
}

function rate(symptoms: Symptoms): Diagnosis {
  const { rate: perSecond, limitedMs } = symptoms.queue;
  if (perSecond === null) return undefined;
  const limit =
    perSecond >= 1
      ? `${perSecond.toFixed(1)} jobs per second`
      : `1 job every ${(1 / perSecond).toFixed(1)} s`;
  const next = limitedMs > 1000 ? `; the next one in ${(limitedMs / 1000).toFixed(1)} s` : '';
  return warning(
    'queue',
    `The queue allows only ${limit} (global rate limit), however many miners there are${next}.`,
    `Remove the limit: ${onKey(symptoms, 'HDEL', 'meta', ' max duration')}.`,
  );
}

function noMiners({ source, fleet, redis, commands }: Symptoms): Diagnosis {
  if (redis.refusal !== null || fleet.some(({ lost }) => !lost)) return undefined;
  if (source === 'hashes') {
    return warning(
      'miner',
      'These miners do not report: only the classic counter `hashes` shows their work.',
      'This is how the original workers behave. There are no figures about their loops.',
    );
  }
  const lost = fleet.length > 0 ? ` ${names(fleet.map(({ name }) => name))} died or froze.` : '';
  return error('miner', `No miner is running.${lost}`, commands.restart('miner'));
}

/** Reasons that mean that nothing answered at all. */
const NO_ANSWER = /^(E[A-Z_]+|connection closed|no (complete response|connection)\b.*)$/;

function upstreamFailure(name: UpstreamName, { upstreams, fleet, commands }: Symptoms): Diagnosis {
  const upstream = upstreams[name];
  const { failures, replicas, avoided, reports } = upstream;
  const restart = commands.restart(name);
  if (failures !== null) {
    const { miners, errors, reason } = failures;
    const reporting = fleet.filter(({ lost }) => !lost).length;
    const whose = miners < reporting ? `${miners} of ${reporting} miners` : count(miners, 'miner');
    const detail = `(${whose}, ${count(errors, 'error')}: ${reason})`;
    const isDown = replicas.length === 0 && reports;
    if (!isDown) {
      return warning(
        name,
        `Some requests to ${name} failed in the last 10 seconds ${detail}.`,
        restart,
      );
    }
    const what = NO_ANSWER.test(reason) ? 'does not answer' : 'answers with errors';
    return error(name, `${name} ${what} ${detail}.`, restart);
  }
  if (avoided.length > 0) return avoidedReplicas(name, upstream, restart);
  return undefined;
}

function avoidedReplicas(
  name: UpstreamName,
  { avoided, replicas }: UpstreamView,
  advice: string,
): Problem {
  const all = avoided.length + replicas.length;
  const verb = avoided.length === 1 ? 'does' : 'do';
  const detail = `${names(avoided.map((replica) => replica.name))}: ${avoided[0]?.reason}`;
  return warning(
    name,
    `${avoided.length} of ${all} ${name} replicas ${verb} not answer (${detail}). Miners use the others.`,
    advice,
  );
}

function producer({ queue, producer: it, redis, missing, commands }: Symptoms): Diagnosis {
  const { leader, fixedRate } = it;
  if (redis.refusal !== null || queue.paused) return undefined;
  if (leader === null && missing.leaderMs >= SUCCESSION_MS) {
    const { waiting } = queue;
    const state = waiting === 0 ? 'The queue is empty: no' : `${jobs(waiting)} left, and no`;
    return error('producer', `${state} producer holds the lease.`, commands.restart('producer'));
  }
  // At a fixed rate, the queue is empty whenever the miners are faster.
  if (queue.waiting > 0 || fixedRate || missing.jobsMs < SUCCESSION_MS) return undefined;
  return error(
    'producer',
    `The queue is empty: miners wait for jobs${leader === null ? '' : `, although ${leader} holds the lease`}.`,
    `See ${commands.logs('producer')}. If it was killed, another replica takes over within seconds.`,
  );
}

/** More jobs arrive than the miners complete. */
function overload(symptoms: Symptoms): Diagnosis {
  const { queue, producer: it, speed, fleet, growingMs } = symptoms;
  const { growth, added, paused, waiting } = queue;
  if (!it.fixedRate || growingMs < MIN_GROWING_MS) return undefined;
  if (paused || fleet.every(({ lost }) => lost)) return undefined;
  if (!speed || added === null || growth === null || waiting === 0) return undefined;
  if (growth < Math.max(MIN_GROWTH, MIN_GROWTH_SHARE * speed)) return undefined;
  const [arrivals, done] = [added.toFixed(1), speed.toFixed(1)];
  const seconds = Math.round(growingMs / 1000);
  const since = seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
  return warning(
    'producer',
    `The backlog has been growing for ${since}: ${arrivals} jobs/s arrive, and the miners complete ${done}.`,
    `While more arrive than are completed, it grows to ${limitOf(queue)}; then jobs are dropped. ${FEWER_JOBS}`,
  );
}

const FEWER_JOBS = 'Raise the limit of the bottleneck, or add fewer jobs (`PRODUCER_RATE`).';

const limitOf = ({ names }: QueueView) =>
  `its limit of ${new Intl.NumberFormat('en').format(MAX_BACKLOG)} jobs${names.length === 1 ? '' : ' per queue'}`;

/** The producer adds no more jobs than {@link MAX_BACKLOG} allows. */
function full({ queue, producer: { dropped } }: Symptoms): Diagnosis {
  if (dropped === 0) return undefined;
  return warning(
    'producer',
    `The backlog has reached ${limitOf(queue)}: the producer drops the rest (${dropped.toFixed(1)}/s).`,
    FEWER_JOBS,
  );
}

function hanging(symptoms: Symptoms): Diagnosis {
  const { speed, lastLoopMs, loopMs, queue, fleet, upstreams, redis, producer, commands } =
    symptoms;
  const isIdle =
    queue.paused || queue.limitedMs > 0 || queue.active === 0 || redis.refusal !== null;
  const isExplained = Object.values(upstreams).some(({ failures }) => failures !== null);
  if (isIdle || isExplained || producer.leader === null || fleet.every(({ lost }) => lost))
    return undefined;
  if (speed === null || lastLoopMs < HANGING_MS + 3 * loopMs) return undefined;
  const pending = (['rng', 'hasher'] as const)
    .filter((name) => upstreams[name].pending > 0)
    .map((name) => `${count(upstreams[name].pending, 'request')} to ${name}`);
  const detail = pending.length === 0 ? '' : `: ${pending.join(' and ')} without an answer`;
  const part =
    upstreams.rng.pending > 0 ? 'rng' : upstreams.hasher.pending > 0 ? 'hasher' : 'miner';
  return error(
    part,
    `No loop has completed for ${Math.round(lastLoopMs / 1000)} s${detail}.`,
    `See the logs: ${commands.logs('miner', 'rng', 'hasher')}.`,
  );
}

function lostMiners({ fleet, abandoned, redis }: Symptoms): Diagnosis {
  if (redis.refusal !== null || fleet.every(({ lost }) => lost)) return undefined;
  const advice =
    'Such a job runs again on another miner once its lock has expired and the next check has found it.';
  if (abandoned.length > 0) {
    const holders = names([...new Set(abandoned.map(({ miner }) => miner))]);
    const seconds = Math.ceil(Math.max(...abandoned.map(({ expiresMs }) => expiresMs)) / 1000);
    const lock = abandoned.length === 1 ? 'its lock' : 'the last lock';
    const expiry = seconds > 0 ? `${lock} expires in ${seconds} s` : `${lock} has expired`;
    const atLeast = abandoned.length >= MAX_HELD ? 'At least ' : ''; // there may be more than are read
    const text = `${atLeast}${jobs(abandoned.length)} lost by ${holders}, which died, froze, or lost Redis (${expiry}).`;
    return warning('miner', text, advice);
  }
  const reporting = new Set(fleet.filter(({ lost }) => !lost).map(({ name }) => name));
  const lost = fleet.filter((miner) => miner.lost && !reporting.has(miner.name));
  if (lost.length === 0) return undefined;
  const text = `${names(lost.map(({ name }) => name))} ${lost.length === 1 ? 'has' : 'have'} stopped reporting.`;
  return warning('miner', text, advice);
}

const error = (part: Problem['part'], text: string, advice: string): Problem => ({
  part,
  severity: 'error',
  text,
  advice,
});

const warning = (part: Problem['part'], text: string, advice: string): Problem => ({
  part,
  severity: 'warning',
  text,
  advice,
});

const count = (n: number, noun: string) => `${n} ${noun}${n === 1 ? '' : 's'}`;

const jobs = (n: number) => count(n, 'job');

/** The first three names, and how many more there are. */
function names(all: string[]): string {
  const shown = all.slice(0, 3).join(', ');
  return all.length <= 3 ? shown : `${shown} and ${all.length - 3} more`;
}
