/**
 * What the page says in every state that a student or trainer can bring the system into: its status, its speed, what is
 * wrong, and what to do. `npm run test:faults -- --page` compares its figures with the truth while faults are injected.
 * @module
 */
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { Redis } from 'ioredis';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { keys } from '@dockercoins/common/contract';
import { openQueue, type LoopQueue } from '@dockercoins/common/queue';
import { freePort } from '../../local/free-port.ts';
import { startBrowser } from '../../testing/browser.ts';
import { silentLog } from '../../testing/log.ts';
import { openPage, type OpenPage } from '../../testing/open-page.ts';
import { startService } from '../../testing/service.ts';
import { startStackProcess, type RunningStack } from '../../testing/stack.ts';
import { until } from '../../testing/until.ts';

const MINERS = 3;
/** The job of a killed miner returns this late, and is shown as lost for the last three seconds at least. */
const LOCK_MS = 10_000;

/** Figures settle after seconds. On a machine that is busy with other tests, they take longer. */
const PATIENCE_MS = 60_000;

let running: AsyncDisposableStack;
let stack: RunningStack;
let browser: Browser;
let shown: OpenPage;
let redis: Redis;
let queue: LoopQueue;
let rng: Upstream;
let hasher: Upstream;

/** rng or hasher on a fixed port, where it can be replaced. */
class Upstream implements AsyncDisposable {
  readonly port: number;
  readonly #entry: string;
  #current: AsyncDisposable | undefined;
  #isReal = false;

  constructor(port: number, entry: string) {
    this.port = port;
    this.#entry = entry;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Starts the real service unless it runs. */
  async start(): Promise<void> {
    if (this.#isReal) return;
    await this.stop();
    this.#current = await startService(this.#entry, { PORT: String(this.port) });
    this.#isReal = true;
  }

  /** Starts a server of our own instead. */
  async replace(listener: RequestListener): Promise<void> {
    await this.stop();
    const server: Server = createServer(listener).listen(this.port, '127.0.0.1');
    await once(server, 'listening');
    this.#current = {
      async [Symbol.asyncDispose]() {
        const closed = once(server, 'close');
        server.close();
        server.closeAllConnections();
        await closed;
      },
    };
  }

  async stop(): Promise<void> {
    await this.#current?.[Symbol.asyncDispose]();
    this.#current = undefined;
    this.#isReal = false;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}

beforeAll(async () => {
  running = new AsyncDisposableStack();
  rng = running.use(new Upstream(await freePort(), 'rng/main.ts'));
  hasher = running.use(new Upstream(await freePort(), 'hasher/main.ts'));
  await Promise.all([rng.start(), hasher.start()]);
  stack = running.use(
    await startStackProcess({
      args: ['rng=0', 'hasher=0', 'producer=2', `miner=${MINERS}`].flatMap((it) => ['--scale', it]),
      env: {
        RNG_URL: rng.origin,
        HASHER_URL: hasher.origin,
        MINER_LOCK_MS: String(LOCK_MS),
        MINER_TIMEOUT_MS: '3000',
      },
    }),
  );
  browser = running.adopt(await startBrowser(), (it) => it.close());
  redis = running.adopt(new Redis(stack.redis), (it) => it.disconnect());
  queue = running.adopt(openQueue(redis, silentLog), (it) => it.close());
  shown = running.use(await openPage(browser, `${stack.dashboard}/?reveal`));
});

beforeEach(async () => {
  await heal();
  await untilWell();
}, 180_000);

afterAll(() => running.disposeAsync());

const status = async () =>
  ((await shown.page.locator('header [role=status]').textContent()) ?? '').trim();

const problems = async () =>
  (await shown.page.getByTestId('problem').allTextContents()).map((text) =>
    text.replaceAll(/\s+/g, ' ').trim(),
  );

/** Waits until the page lists a problem like this, and no other, and says so in its status. Returns its text. */
async function untilProblem(pattern: RegExp, ms = PATIENCE_MS): Promise<string> {
  let listed: string[] = [];
  try {
    return await until(
      `the page lists ${pattern}`,
      async () => {
        listed = await problems();
        const [text = ''] = listed;
        return listed.length === 1 && pattern.test(text) && (await status()) !== 'live' && text;
      },
      ms,
    );
  } catch (cause) {
    throw new Error(`expected ${pattern}, got: ${listed.join(' | ')}; status: ${await status()}`, {
      cause,
    });
  }
}

/** Ends every state that a test may have caused. */
async function heal(): Promise<void> {
  await redis.config('SET', 'maxmemory', '0');
  await signal('producer', 'SIGCONT');
  await signal('miner', 'SIGCONT');
  await Promise.all([rng.start(), hasher.start()]);
  await queue.resume();
  await queue.removeRateLimitKey();
  await queue.removeGlobalConcurrency();
  await queue.promoteJobs();
}

/** Waits until the page shows no problem, and that the stack mines. */
async function untilWell(): Promise<void> {
  await until('the page is live', async () => (await status()) === 'live', PATIENCE_MS);
  expect(await problems()).toEqual([]);
  await until('the stack mines', async () => (await shown.number('speed')) > 3, PATIENCE_MS);
}

async function signal(service: string, name: NodeJS.Signals): Promise<void> {
  for (const [instance, pid] of await stack.pids()) {
    if (instance.startsWith(service)) process.kill(pid, name);
  }
}

const completed = async () => (await queue.getMetrics('completed', 0, 0)).meta.count;

/** Expects the speed on the page to fall to 0, and the exact count of loops. */
async function expectNothingMined(): Promise<void> {
  await until('the speed is 0', async () => (await shown.text('speed')) === '0.0', PATIENCE_MS);
  expect(await shown.number('completed')).toBe(await completed());
}

describe('the page', { timeout: 180_000 }, () => {
  test('says that all is well while it is', async () => {
    await until(
      'the page shows the speed of three miners',
      async () => (await shown.number('speed')) > 8.5 && (await shown.number('speed')) < 10.6,
      PATIENCE_MS,
    );
    await until(
      'the page shows what the producer adds',
      async () => /^producer-\d adds (9|10)\.\d jobs\/s/.test(await shown.text('producer')),
      PATIENCE_MS,
    );
    const frame = await until('the dashboard has a frame', stack.frame);
    expect(frame).toMatchObject({ miners: MINERS, rng: 1, hasher: 1, troubled: false });
    expect(frame.stages.find(({ name }) => name === 'rng')?.utilization).toBeGreaterThan(0.9);
  });

  test('forecasts no gain from a second rng, because three miners are as busy', async () => {
    await until(
      'there is a forecast',
      async () => ((await stack.frame())?.bottleneck?.oneMore ?? null) !== null,
      PATIENCE_MS,
    );
    const text = await shown.text('bottleneck');
    expect(text).not.toMatch(/1[5-9]\.\d|20\.\d/);
  });

  test.each([
    ['rng', () => rng],
    ['hasher', () => hasher],
  ])('names a dead %s, and what to do', async (name, upstream) => {
    await upstream().stop();
    const text = await untilProblem(
      new RegExp(`^${name} does not answer \\(3 miners, \\d+ errors: ECONNREFUSED\\)`),
    );
    expect(text).toContain(`docker compose start ${name}`);
    await expectNothingMined();
    expect(await shown.number('delayed')).toBeGreaterThan(0);
    expect(await shown.text('bottleneck')).not.toMatch(/up to|would allow/);
  });

  test('names an rng that answers every request with an error', async () => {
    await rng.replace((_request, response) => response.writeHead(500).end('out of order'));
    await untilProblem(
      /^rng answers with errors \(3 miners, \d+ errors: expected status 200, got 500\)/,
    );
    await expectNothingMined();
  });

  test('names an rng that accepts requests and never answers', async () => {
    await rng.replace(() => undefined);
    await untilProblem(
      /^(No loop has completed|rng does not answer \(3 miners, \d+ errors: no complete response)/,
    );
    await expectNothingMined();
  });

  test('says that no producer holds the lease, and when the queue is empty', async () => {
    await signal('producer', 'SIGSTOP');
    await untilProblem(/^\d+ jobs? left, and no producer holds the lease/);
    expect(await shown.text('producer')).toContain('No producer holds the lease');
    await untilProblem(/^The queue is empty: no producer holds the lease/, 40_000);
    await expectNothingMined();
    expect(await shown.number('waiting')).toBe(0);
  });

  test('says that the queue is paused', async () => {
    await queue.pause();
    await untilProblem(/^The queue is paused: miners take no jobs/);
    await expectNothingMined();
  });

  test('says that the queue is limited', async () => {
    await queue.rateLimit(15_000);
    await untilProblem(/^A rate limit keeps miners from taking jobs for another \d+\.\d s/);
    await expectNothingMined();
  });

  test('says that the queue allows one job at a time, and shows the speed of that', async () => {
    await queue.setGlobalConcurrency(1);
    await untilProblem(/^The queue allows only 1 job at a time \(global concurrency\)/);
    await until(
      'the speed is that of one job at a time',
      async () => (await shown.number('speed')) > 2.5 && (await shown.number('speed')) < 3.6,
      PATIENCE_MS,
    );
  });

  test('says that no miner is running, and how to start one', async () => {
    await signal('miner', 'SIGSTOP');
    const text = await untilProblem(/^No miner is running/);
    expect(text).toContain('docker compose scale miner=1');
    await expectNothingMined();
  });

  test('follows the job of a killed miner until it runs again', async () => {
    const miner = (await stack.pids()).get('miner-2') ?? NaN;
    process.kill(miner, 'SIGKILL');
    await untilProblem(
      /^1 job lost by miner-2, which died, froze, or lost Redis \(its lock expires in \d s\)/,
    );
    await untilWell();
    expect(await queue.getFailedCount()).toBe(0);
  });

  test('says that Redis is full', async () => {
    await redis.config('SET', 'maxmemory', '1mb');
    await untilProblem(
      /^Redis is full \(\d+ of 1 MB\) and refuses writes: mining stops when the queue is empty/,
    );
  });

  test('judges an rng that reports nothing by its response time, and promises nothing', async () => {
    let busy = Promise.resolve();
    await rng.replace((_request, response) => {
      // One request at a time, like the original, and not a word about how long it took.
      busy = busy.then(
        () =>
          new Promise((resolve) =>
            setTimeout(() => resolve(void response.end(Buffer.alloc(32, 7))), 100),
          ),
      );
    });
    await until(
      'the page says that rng does not report its slots',
      async () => (await shown.text('bottleneck')).includes('rng does not report its slots'),
      PATIENCE_MS,
    );
    expect(await shown.text('bottleneck')).not.toMatch(/one more|\d% busy/i);
    const frame = await until('the dashboard has a frame', stack.frame);
    expect(frame.bottleneck?.oneMore ?? null).toBeNull();
    expect(frame.stages[1]).toMatchObject({ utilization: null, limit: null, slots: null });
  });

  test('plots the classic counter if the miners do not report', async () => {
    await signal('miner', 'SIGSTOP');
    await untilProblem(/^No miner is running/);
    const stop = new AbortController();
    // Two workers of the original: each adds what it has done about once a second.
    const mining = (async () => {
      while (!stop.signal.aborted) {
        await redis.incrby(keys.hashes, 9);
        await new Promise((resolve) => setTimeout(resolve, 900));
      }
    })();
    await untilProblem(/^These miners do not report: only the classic counter/);
    await until(
      'the page shows their speed',
      async () => (await shown.number('speed')) > 8 && (await shown.number('speed')) < 12,
      PATIENCE_MS,
    );
    stop.abort();
    await mining;
  });

  test('shows nothing but true errors in its console', () => {
    expect(shown.problems).toEqual([]);
  });
});
