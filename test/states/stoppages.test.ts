/**
 * What the page says when mining stops or slows down because of the queue, a process, or Redis. `upstreams.test.ts` does the
 * same for rng and hasher.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { keys } from '@dockercoins/common/contract';
import { openQueue, type LoopQueue } from '@dockercoins/common/queue/queue';
import { silentLog } from '../../tools/stack/log.ts';
import { openPage, type OpenPage } from '../../tools/stack/open-page.ts';
import { statusOf, untilProblem, untilWell } from '../support/page-status.ts';
import { connectBrowser } from '../support/shared-browser.ts';
import { startStackProcess, type RunningStack } from '../../tools/stack/stack.ts';
import { until } from '../../tools/stack/until.ts';

/** The job of a killed miner returns this late, and is shown as lost for the last three seconds at least. */
const LOCK_MS = 10_000;

const running = new AsyncDisposableStack();
let stack: RunningStack;
let shown: OpenPage;
let redis: Redis;
let queue: LoopQueue;

beforeAll(async () => {
  stack = running.use(
    await startStackProcess({
      args: ['producer=2', 'miner=3'].flatMap((it) => ['--scale', it]),
      env: { MINER_LOCK_MS: String(LOCK_MS) },
    }),
  );
  const browser = running.adopt(await connectBrowser(), (it) => it.close());
  redis = running.adopt(new Redis(stack.redis), (it) => it.disconnect());
  queue = running.adopt(openQueue(redis, silentLog), (it) => it.close());
  shown = running.use(await openPage(browser, `${stack.dashboard}/?reveal`));
  await untilWell(shown);
});

afterAll(() => running.disposeAsync());

/** Ends every state that a test may have caused, except that miners are stopped. */
async function heal(): Promise<void> {
  await redis.config('SET', 'maxmemory', '0');
  await signal('producer', 'SIGCONT');
  await queue.resume();
  await queue.removeGlobalRateLimit();
  await queue.removeRateLimitKey();
  await queue.removeGlobalConcurrency();
}

async function signal(service: string, name: NodeJS.Signals): Promise<void> {
  for (const [instance, pid] of await stack.pids()) {
    if (instance.startsWith(service)) process.kill(pid, name);
  }
}

const completed = async () => (await queue.getMetrics('completed', 0, 0)).meta.count;

/** Expects the speed on the page to fall to 0, and the exact count of loops. */
async function expectNothingMined(): Promise<void> {
  await until('the speed is 0', async () => (await shown.text('speed')) === '0.0');
  expect(await shown.number('completed')).toBe(await completed());
}

describe('while miners run, the page', () => {
  // That the page is live again takes seconds, and no test needs it: the one problem that it then waits for says as much.
  beforeEach(async () => {
    await heal();
    await signal('miner', 'SIGCONT');
    const before = await completed();
    await until('the stack mines', async () => (await completed()) > before + 3);
  });

  // Pauses come last: after two within twenty seconds, the page shows the speed of all of these, and falls to 0 late.
  test('says that the queue allows one job at a time, and shows the speed of that', async () => {
    await queue.setGlobalConcurrency(1);
    await untilProblem(shown, /^The queue allows only 1 job at a time \(global concurrency\)/);
    await until(
      'the speed is that of one job at a time',
      async () => (await shown.number('speed')) > 2 && (await shown.number('speed')) < 3.6,
    );
  });

  test('hides that during an incident, until a trainer reveals it', async () => {
    const { page } = shown;
    const hidden = page.getByTestId('hidden-problems');
    await redis.set(keys.incident, '1');
    try {
      await hidden.waitFor();
      await queue.setGlobalConcurrency(1);
      await until('the dashboard knows', async () => (await stack.frame())?.problems.length === 1);
      expect(await statusOf(shown)).toBe('live, problems hidden');
      expect(await page.getByTestId('problem').count()).toBe(0);
      await hidden.getByRole('button', { name: 'Reveal the problems' }).click();
      await untilProblem(shown, /^The queue allows only 1 job at a time/);
    } finally {
      await redis.del(keys.incident);
    }
    await hidden.waitFor({ state: 'detached' });
  });

  test('follows the job of a killed miner until it runs again', async () => {
    const miner = await stack.pidOf('miner-2');
    await until('it is frozen in the middle of a job', async () => {
      process.kill(miner, 'SIGSTOP');
      const active = await queue.getActive();
      if (active.some(({ processedBy }) => processedBy === 'miner-2')) return true;
      process.kill(miner, 'SIGCONT');
      return false;
    });
    process.kill(miner, 'SIGKILL');
    await untilProblem(
      shown,
      /^1 job lost by miner-2, which died, froze, or lost Redis \(its lock expires in \d s\)/,
    );
    await untilWell(shown);
    expect(await queue.getFailedCount()).toBe(0);
  });

  test('says that no producer holds the lease, and when the queue is empty', async () => {
    await signal('producer', 'SIGSTOP');
    await untilProblem(shown, /^\d+ jobs? left, and no producer holds the lease/);
    expect(await shown.text('producer')).toContain('No producer holds the lease');
    await untilProblem(shown, /^The queue is empty: no producer holds the lease/);
    await expectNothingMined();
    expect(await shown.number('waiting')).toBe(0);
  });

  test('says that Redis is full', async () => {
    await redis.config('SET', 'maxmemory', '1mb');
    await untilProblem(
      shown,
      /^Redis refuses writes: it is full \([\d.]+ MiB of 1\.0 MiB\)\. Mining stops within a minute/,
    );
    await expectNothingMined();
  });

  test('says that the queue is paused', async () => {
    await queue.pause();
    await untilProblem(shown, /^The queue is paused: miners take no jobs/);
    await expectNothingMined();
  });

  test('says that the queue is limited', async () => {
    await queue.setGlobalRateLimit(2, 120_000);
    await untilProblem(
      shown,
      /^The queue allows only 1 job every 60\.0 s \(global rate limit\), .*; the next one in \d+\.\d s/,
    );
    await expectNothingMined();
  });
});

describe('while no miner runs, the page', () => {
  beforeAll(async () => {
    await heal();
    await signal('miner', 'SIGSTOP');
  });

  test('says so, and how to start one', async () => {
    const text = await untilProblem(shown, /^No miner is running/);
    expect(text).toContain('npm run scale miner=1');
    expect(text).not.toContain('docker');
    await expectNothingMined();
  });

  test('plots the classic counter if others do not report', async () => {
    const stop = new AbortController();
    // Two workers of the original: each adds what it has done about once a second.
    const mining = (async () => {
      while (!stop.signal.aborted) {
        await redis.incrby(keys.hashes, 9);
        await sleep(900);
      }
    })();
    try {
      await untilProblem(shown, /^These miners do not report: only the classic counter/);
      await until(
        'the page shows their speed',
        async () => (await shown.number('speed')) > 8 && (await shown.number('speed')) < 12,
      );
    } finally {
      stop.abort();
      await mining;
    }
  });
});

test('the page is live again after all of this', async () => {
  const before = await shown.number('completed');
  await heal();
  await signal('miner', 'SIGCONT');
  // Until then, the speed on the page may be that of the classic counter.
  await until('the page counts loops', async () => (await shown.number('completed')) > before + 20);
  await untilWell(shown);
});

test('the page shows nothing but true errors in its console', () => {
  expect(shown.problems).toEqual([]);
});
