/**
 * Half a miner, as a child process: `empty` processes jobs that do nothing; `http` calls rng and hasher without jobs.
 * Replies to each message from its parent with its number of loops so far.
 * @module
 */
import { createLogger } from '@dockercoins/common/log/log';
import { Delay } from '@dockercoins/common/delay';
import { openQueue } from '@dockercoins/common/queue/queue';
import { workerRedis } from '@dockercoins/common/queue/redis';
import { RedisClock } from '@dockercoins/common/queue/redis-clock';
import { LoopCounter } from '../../miner/counter.ts';
import { createDispatcher } from '../../miner/upstream/http.ts';
import { mine, type Loop } from '../../miner/mine.ts';
import { MinerStats } from '../../miner/stats.ts';
import { Upstream } from '../../miner/upstream/upstream.ts';
import { startWorker } from '../../miner/worker.ts';

/** About the concurrency of a miner with `--fast`. */
const EMPTY_CONCURRENCY = 100;
/** Concurrent loops of the HTTP baseline. */
const HTTP_CONCURRENCY = 32;

const [baseline = '', redisUrl = '', rngUrl = '', hasherUrl = ''] = process.argv.slice(2);
const log = createLogger('baseline', { INSTANCE: baseline, LOG_LEVEL: 'warn', LOG_FORMAT: 'text' });
const stats = new MinerStats();
if (baseline === 'empty') runEmpty();
else runHttp();
process.on('message', () => process.send?.(stats.loops));
process.on('disconnect', () => process.exit());

function runEmpty(): void {
  const redis = workerRedis({ REDIS_URL: redisUrl }, log);
  const loop: Loop = {
    hash: 'f'.repeat(64),
    coin: false,
    bytes: Buffer.alloc(32),
    stages: { work: 0, rngWait: 0, rngService: 0, hasherWait: 0, hasherService: 0 },
    rng: 'rng-1',
    hasher: 'hasher-1',
  };
  startWorker({
    redis,
    queue: openQueue(redis, log),
    clock: new RedisClock(),
    name: 'baseline',
    concurrency: EMPTY_CONCURRENCY,
    lockMs: 30_000,
    mine: () => Promise.resolve(loop),
    stats,
    counter: new LoopCounter({ redis, flushMs: 1000, log }),
    onUnusable: log.fatal.bind(log),
    log,
  });
}

function runHttp(): void {
  const dispatcher = createDispatcher();
  const upstream = (url: string) =>
    new Upstream({ origins: [url], timeoutMs: 10_000, dispatcher, log });
  const mining = { rng: upstream(rngUrl), hasher: upstream(hasherUrl), work: new Delay(0) };
  const { signal } = new AbortController();
  const forever = async () => {
    for (;;) {
      await mine(mining, signal);
      stats.loops++;
    }
  };
  for (let n = 0; n < HTTP_CONCURRENCY; n++) void forever();
}
