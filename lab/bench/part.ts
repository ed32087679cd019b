/**
 * One part of a miner alone, as a process of its own: `empty` takes jobs and does nothing in them, `http`
 * asks rng and hasher and takes no jobs. Prints loops a second as JSON.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { createLogger } from '@dockercoins/common/log';
import { Pace } from '@dockercoins/common/pace';
import { patientRedis } from '@dockercoins/common/redis';
import { LoopCounter } from '../../miner/counter.ts';
import { mine, type Loop } from '../../miner/mine.ts';
import { Tally } from '../../miner/tally.ts';
import { createDispatcher, Upstream } from '../../miner/upstream.ts';
import { startWorker } from '../../miner/worker.ts';

/** As many as a fast miner has under way; and the connections of the HTTP part. */
const EMPTY_CONCURRENCY = 100;
const CONNECTIONS = 32;
const WARM_UP_MS = 3000;

const [part = '', seconds = '10', redisUrl = '', rngUrl = '', hasherUrl = ''] =
  process.argv.slice(2);
const log = createLogger('part', { INSTANCE: part, LOG_LEVEL: 'warn', LOG_FORMAT: 'text' });
process.stdout.write(JSON.stringify(part === 'empty' ? await runEmpty() : await runHttp()));
process.exit();

/** Empty jobs a second of one worker. */
async function runEmpty(): Promise<number> {
  const redis = patientRedis(redisUrl, log);
  const tally = new Tally();
  const counter = new LoopCounter({ redis, minerId: 'part', flushMs: 1000, log });
  const noStages = { work: 0, rngWait: 0, rngService: 0, hasherWait: 0, hasherService: 0 };
  const loop: Loop = {
    hash: 'f'.repeat(64),
    coin: false,
    bytes: Buffer.alloc(32),
    stages: noStages,
    rng: undefined,
    hasher: undefined,
  };
  const { stop } = startWorker({
    redis,
    name: 'part',
    concurrency: EMPTY_CONCURRENCY,
    lockMs: 30_000,
    mine: () => Promise.resolve(loop),
    tally,
    counter,
    log,
  });
  const speed = await rate(() => tally.loops);
  await stop();
  return speed;
}

/** Pairs of requests a second over so many connections. */
async function runHttp(): Promise<number> {
  const dispatcher = createDispatcher();
  const upstream = (url: string) => new Upstream([url], 10_000, dispatcher);
  const mining = { rng: upstream(rngUrl), hasher: upstream(hasherUrl), work: new Pace(0) };
  let loops = 0;
  const forever = async (signal: AbortSignal) => {
    while (!signal.aborted) {
      await mine(mining, signal);
      loops++;
    }
  };
  const stop = new AbortController();
  const running = Array.from({ length: CONNECTIONS }, () => forever(stop.signal));
  const speed = await rate(() => loops);
  stop.abort();
  await Promise.allSettled(running);
  return speed;
}

async function rate(count: () => number): Promise<number> {
  await sleep(WARM_UP_MS);
  const before = count();
  const began = performance.now();
  await sleep(Number(seconds) * 1000);
  return ((count() - before) * 1000) / (performance.now() - began);
}
