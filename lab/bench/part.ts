/**
 * One part of a miner alone, as a process of its own: `empty` takes jobs and does nothing in them, `http`
 * asks rng and hasher and takes no jobs. Answers each message of its parent with its number of loops so far.
 * @module
 */
import { createLogger } from '@dockercoins/common/log';
import { Pace } from '@dockercoins/common/pace';
import { openQueue } from '@dockercoins/common/queue';
import { patientRedis } from '@dockercoins/common/redis';
import { RedisClock } from '@dockercoins/common/redis-clock';
import { LoopCounter } from '../../miner/counter.ts';
import { createDispatcher } from '../../miner/exchange.ts';
import { mine, type Loop } from '../../miner/mine.ts';
import { Tally } from '../../miner/tally.ts';
import { Upstream } from '../../miner/upstream.ts';
import { startWorker } from '../../miner/worker.ts';

/** As many as a fast miner has under way; and the connections of the HTTP part. */
const EMPTY_CONCURRENCY = 100;
const CONNECTIONS = 32;

const [part = '', redisUrl = '', rngUrl = '', hasherUrl = ''] = process.argv.slice(2);
const log = createLogger('part', { INSTANCE: part, LOG_LEVEL: 'warn', LOG_FORMAT: 'text' });
const tally = new Tally();
if (part === 'empty') runEmpty();
else runHttp();
process.on('message', () => process.send?.(tally.loops));
process.on('disconnect', () => process.exit());

function runEmpty(): void {
  const redis = patientRedis(redisUrl, log);
  const loop: Loop = {
    hash: 'f'.repeat(64),
    coin: false,
    bytes: Buffer.alloc(32),
    stages: { work: 0, rngWait: 0, rngService: 0, hasherWait: 0, hasherService: 0 },
    rng: undefined,
    hasher: undefined,
  };
  startWorker({
    redis,
    queue: openQueue(redis, log),
    clock: new RedisClock(),
    name: 'part',
    concurrency: EMPTY_CONCURRENCY,
    lockMs: 30_000,
    mine: () => Promise.resolve(loop),
    tally,
    counter: new LoopCounter({ redis, flushMs: 1000, log }),
    log,
  });
}

function runHttp(): void {
  const dispatcher = createDispatcher();
  const upstream = (url: string) =>
    new Upstream({ origins: [url], timeoutMs: 10_000, dispatcher, log });
  const mining = { rng: upstream(rngUrl), hasher: upstream(hasherUrl), work: new Pace(0) };
  const { signal } = new AbortController();
  const forever = async () => {
    for (;;) {
      await mine(mining, signal);
      tally.loops++;
    }
  };
  for (let n = 0; n < CONNECTIONS; n++) void forever();
}
