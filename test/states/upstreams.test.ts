/**
 * What the page says in every state of rng and hasher that a student or trainer can bring about: its status, its speed, what is
 * wrong, and what to do. `npm run test:faults -- --page` compares its figures with the truth while faults are injected.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openQueue, type LoopQueue } from '@dockercoins/common/queue/queue';
import { freePort } from '../support/free-port.ts';
import { silentLog } from '../../tools/stack/log.ts';
import { openPage, type OpenPage } from '../../tools/stack/open-page.ts';
import { untilProblem, untilWell } from '../support/page-status.ts';
import { ReplaceableUpstream } from '../support/replaceable-upstream.ts';
import { connectBrowser } from '../support/shared-browser.ts';
import { startStackProcess, type RunningStack } from '../../tools/stack/stack.ts';
import { until } from '../../tools/stack/until.ts';

const MINERS = 3;

const running = new AsyncDisposableStack();
let stack: RunningStack;
let shown: OpenPage;
let queue: LoopQueue;
let rng: ReplaceableUpstream;
let hasher: ReplaceableUpstream;

beforeAll(async () => {
  rng = running.use(new ReplaceableUpstream(await freePort(), 'rng/main.ts'));
  hasher = running.use(new ReplaceableUpstream(await freePort(), 'hasher/main.ts'));
  await Promise.all([rng.start(), hasher.start()]);
  stack = running.use(
    await startStackProcess({
      args: ['rng=0', 'hasher=0', `miner=${MINERS}`].flatMap((it) => ['--scale', it]),
      env: { RNG_URL: rng.origin, HASHER_URL: hasher.origin, MINER_TIMEOUT_MS: '3000' },
    }),
  );
  const browser = running.adopt(await connectBrowser(), (it) => it.close());
  const redis = running.adopt(new Redis(stack.redis), (it) => it.disconnect());
  queue = running.adopt(openQueue(redis, silentLog), (it) => it.close());
  shown = running.use(await openPage(browser, `${stack.dashboard}/?reveal`));
});

afterAll(() => running.disposeAsync());

/** Expects the speed on the page to fall to 0, and the exact count of loops. */
async function expectNothingMined(): Promise<void> {
  await until('the speed is 0', async () => (await shown.text('speed')) === '0.0');
  expect(await shown.number('completed')).toBe(
    (await queue.getMetrics('completed', 0, 0)).meta.count,
  );
}

// A state follows the one before at once: rng's failures of the last ten seconds are one problem, with the latest reason.
describe('the page', () => {
  test('says that all is well while it is', async () => {
    await untilWell(shown);
    await until(
      'the page shows more than the speed of two miners, and no more than rng allows',
      async () => (await shown.number('speed')) > 6.7 && (await shown.number('speed')) < 10.6,
    );
    await until('the page shows what the producer adds', async () =>
      /^producer-1 adds ([789]|10)\.\d jobs\/s/.test(await shown.text('producer')),
    );
    const frame = await until('rng is busy, and nothing is wrong', async () => {
      const latest = await stack.frame();
      const utilization = latest?.stages.find(({ name }) => name === 'rng')?.utilization ?? 0;
      return utilization > 0.67 && latest?.troubled === false && latest;
    });
    expect(frame).toMatchObject({ miners: MINERS, rng: 1, hasher: 1 });
  });

  test('names a dead rng, and what to do', async () => {
    await rng.stop();
    await expectDead('rng');
  });

  test('names an rng that answers every request with an error', async () => {
    await rng.replace((_request, response) => response.writeHead(500).end('out of order'));
    await untilProblem(
      shown,
      /^rng answers with errors \(3 miners, \d+ errors: expected status 200, got 500\)/,
    );
    await expectNothingMined();
  });

  test('names an rng that accepts requests and never answers', async () => {
    await rng.replace(() => undefined);
    await untilProblem(
      shown,
      /^(No loop has completed|rng does not answer \(3 miners, \d+ errors: no complete response)/,
    );
    await expectNothingMined();
  });

  test('is live again once rng is', async () => {
    await rng.start();
    await untilWell(shown);
  });

  test('names a dead hasher, and what to do', async () => {
    await hasher.stop();
    await expectDead('hasher');
    await hasher.start();
  });

  test('judges an rng that reports nothing by its response time, and promises nothing', async () => {
    let busy = Promise.resolve();
    await rng.replace((_request, response) => {
      // One request at a time, like the original, and not a word about how long it took.
      busy = busy.then(() => sleep(100)).then(() => void response.end(Buffer.alloc(32, 7)));
    });
    await until('the page says that rng does not report its slots', async () =>
      (await shown.text('bottleneck')).includes('rng does not report its slots'),
    );
    expect(await shown.text('bottleneck')).not.toMatch(/one more|\d% busy/i);
    const frame = await until('the dashboard has a frame', stack.frame);
    expect(frame.bottleneck?.oneMore ?? null).toBeNull();
    expect(frame.stages[1]).toMatchObject({ utilization: null, limit: null, slots: null });
    await rng.start();
    await untilWell(shown);
  });

  test('shows nothing but true errors in its console', () => {
    expect(shown.problems).toEqual([]);
  });
});

async function expectDead(name: string): Promise<void> {
  const text = await untilProblem(
    shown,
    new RegExp(`^${name} does not answer \\(3 miners, \\d+ errors: ECONNREFUSED\\)`),
  );
  expect(text).toContain(`npm run scale ${name}=1`);
  await expectNothingMined();
  expect(await shown.number('delayed')).toBeGreaterThan(0);
  expect(await shown.text('bottleneck')).not.toMatch(/up to|would allow/);
}
