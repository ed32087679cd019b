/**
 * The path of one job: the ways to it, and what the page shows of it.
 * @module
 */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { JobPath } from '../../dashboard/frame/job-path.ts';
import { testFrame } from '../../tools/stack/frame-data.ts';
import { ADDED_AT, testEnd, testJobPath, testRun } from '../../tools/stack/job-data.ts';
import type { OpenPage } from '../../tools/stack/open-page.ts';
import { until } from '../../tools/stack/until.ts';
import { expectAccessible, expectNoOverflow } from '../support/accessible.ts';
import { fakeFeed, showFrame } from '../support/fake-feed.ts';
import { sharePage } from '../support/shared-browser.ts';

const { open } = sharePage();

const COIN = `0c${'17'.repeat(31)}`;

const FRAME = testFrame(
  { miners: 3, at: ADDED_AT / 1000 + 60 },
  {
    newestCoins: [
      { hash: COIN, at: ADDED_AT, miner: 'miner-3', job: { queue: 'loops', id: '123' } },
    ],
    failures: [{ queue: 'loops', id: '77', reason: 'poison: it fails', attempts: 5, at: ADDED_AT }],
  },
);

const FAILED = testEnd({
  ...{ miner: 'miner-1', takenAt: ADDED_AT + 1000, endedAt: ADDED_AT + 1200 },
  ...{ end: 'failed', reason: 'GET http://rng/32: ECONNREFUSED' },
});

const STALLED = testEnd({
  ...{ miner: 'miner-2', takenAt: ADDED_AT + 2000, endedAt: ADDED_AT + 29_900 },
  end: 'stalled',
});

describe('on the page of a stack', () => {
  let shown: OpenPage;
  /** What the server answers, and what it was asked last. */
  let answer: { status?: number; json?: JobPath; body?: string };
  let asked = '';

  beforeAll(async () => {
    shown = await open('/', { viewport: { width: 1280, height: 720 } }, fakeFeed(FRAME));
    await shown.page.route('**/api/job?*', (route) => {
      asked = new URL(route.request().url()).search;
      return route.fulfill(answer);
    });
    await shown.page.getByTestId('coins').waitFor();
  });
  afterAll(() => shown[Symbol.asyncDispose]());

  beforeEach(async () => {
    answer = { json: testJobPath() };
    await close();
  });

  const drawer = () => shown.page.getByRole('dialog');
  const coin = () => shown.page.getByRole('button', { name: COIN.slice(0, 8) });

  /** Returns the rows of the waterfall, once there are some: "in the queue 30 s". */
  async function rows(): Promise<string[]> {
    await shown.page.getByTestId('job').waitFor();
    const texts = await drawer().locator('tbody tr').allInnerTexts();
    return texts.map((text) => text.replaceAll(/\s+/g, ' ').trim());
  }

  async function close(): Promise<void> {
    await shown.page.keyboard.press('Escape');
    await drawer().waitFor({ state: 'detached' });
  }

  test('while the bottleneck is hidden, only the runs are shown; by keyboard', async () => {
    await coin().press('Enter');
    expect(await rows()).toEqual(['in the queue 30 s', 'run by miner-3 800 ms']);
    expect(await drawer().innerText()).not.toMatch(/rng|hasher/);
    await close();
    expect(await coin().evaluate('document.activeElement.textContent')).toContain('0c171717');
    await shown.page.getByRole('button', { name: 'Reveal the bottleneck' }).click();
  });

  test('a coin opens the path of its job', async () => {
    answer = { json: testJobPath({ hash: COIN, coin: true, trace: '4bf9'.repeat(8) }) };
    await coin().click();
    expect(await rows()).toEqual([
      'in the queue 30 s',
      'run by miner-3 800 ms',
      'work 100 ms',
      'rng wait 480 ms',
      'rng service (rng-2) 101 ms',
      'hasher wait 2.0 ms',
      'hasher service (hasher-1) 102 ms',
      'completion 15 ms',
    ]);
    expect(asked).toBe('?queue=loops&id=123');
    expect(await drawer().innerText()).toContain(COIN);
    expect(await drawer().getByRole('heading').innerText()).toBe('Job loops 123');
    const link = drawer().getByRole('link', { name: 'See it in Bull Board' });
    expect(await link.getAttribute('href')).toBe('queues/queue/loops/123');
    await drawer().getByRole('button', { name: 'Copy' }).waitFor();
    await close();
  });

  test.each([
    ['light', 1280, 720],
    ['dark', 390, 844],
  ] as const)('is accessible and fits: %s, %i × %i', async (colorScheme, width, height) => {
    const { page } = shown;
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height });
    answer = { json: testJobPath({ id: '77', runs: [FAILED, STALLED, testRun()] }) };
    await page.getByRole('button', { name: 'job 77' }).click();
    expect((await rows()).slice(0, 6)).toEqual([
      'in the queue 1.0 s',
      'run 1 by miner-1 200 ms',
      'Failed: GET http://rng/32: ECONNREFUSED',
      'delayed, then in the queue 800 ms',
      'run 2 by miner-2, stalled 28 s',
      'miner-2 died, or lost its lock, sooner: that was noticed only after the lock had expired.',
    ]);
    await expectAccessible(page);
    await expectNoOverflow(page);
    const excess = await drawer().evaluate('document.querySelector("[role=dialog]").scrollWidth');
    expect(excess).toBeLessThanOrEqual(width);
    await close();
  });

  test('miners, an id and two buttons lead to a job', async () => {
    const { page } = shown;
    await page.setViewportSize({ width: 1280, height: 720 });
    const leads = async (click: () => Promise<void>, query: string) => {
      await click();
      await rows();
      expect(asked).toBe(query);
      await close();
    };
    const field = page.getByLabel('Follow job');
    await leads(() => page.getByRole('button', { name: 'miner-2' }).click(), '?miner=miner-2');
    await leads(() => page.locator('rect.miner').nth(0).click(), '?miner=miner-1');
    await leads(async () => {
      const { x = NaN, y = NaN } = (await page.locator('circle.slot').first().boundingBox()) ?? {};
      await page.mouse.click(x + 5, y + 5); // a job at rng
    }, '?miner=miner-1');
    await leads(() => page.getByRole('button', { name: 'slowest' }).click(), '?slowest');
    await leads(() => page.getByRole('button', { name: 'a second run' }).click(), '?retried');
    await field.fill('loops 5');
    await leads(() => field.press('Enter'), '?queue=loops&id=5');
    await field.fill('other 5');
    await field.press('Enter');
    await page.getByText('Expected a job such as 123; the queues are loops.').waitFor();
  });

  test('a job that is not finished is followed until it is', async () => {
    answer = { json: testJobPath({ state: 'waiting', finishedAt: null, hash: null, runs: [] }) };
    await coin().click();
    expect((await rows())[0]).toMatch(/^in the queue \d+ (s|min) so far$/);
    answer = { json: testJobPath() };
    await until('it is completed', async () => (await rows()).length > 2);
    await close();
  });

  test('afterwards, the focus is on a heading if what opened it is gone', async () => {
    const { page } = shown;
    await coin().press('Enter');
    await rows();
    await showFrame(page, { ...FRAME, newestCoins: [] });
    await coin().waitFor({ state: 'detached' });
    await close();
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Coins');
    await page.getByRole('button', { name: 'job 77' }).press('Enter');
    await rows();
    await showFrame(page, { ...FRAME, failures: [] });
    await page.getByRole('button', { name: 'job 77' }).waitFor({ state: 'detached' });
    await close();
    expect(await page.evaluate('document.activeElement.tagName')).toBe('H1');
    await showFrame(page, FRAME);
  });

  test('says why there is no path', async () => {
    answer = { status: 404, body: 'None of the jobs was completed by miner-2.' };
    await shown.page.getByRole('button', { name: 'miner-2' }).click();
    await drawer().getByText('None of the jobs was completed by miner-2.').waitFor();
    answer = { status: 503, body: 'Redis is unreachable.' };
    await drawer().getByRole('button', { name: 'Ask again' }).click();
    await drawer().getByText('503: Redis is unreachable.').waitFor();
    answer = { json: testJobPath() };
    await drawer().getByRole('button', { name: 'Ask again' }).click();
    expect(await rows()).toHaveLength(8);
    expect(await drawer().getByText('unreachable').count()).toBe(0);
    await close();
  });
});

test('says that a part of the page could not be loaded', async () => {
  await using shown = await open('/', {}, async (page) => {
    await fakeFeed(FRAME)(page);
    await page.route('**/assets/Job-*.js', (route) => route.abort());
  });
  const { page } = shown;
  await page.getByRole('button', { name: COIN.slice(0, 8) }).click();
  const alert = page.getByText('Part of the page could not be loaded. Reload the page.');
  await alert.waitFor();
  await expectAccessible(page);
});

test('the playground follows simulated jobs', async () => {
  await using shown = await open('/playground/?reveal#miner=3');
  const { page } = shown;
  const drawer = page.getByRole('dialog');
  const cells = drawer.locator('tbody th');
  await page
    .getByRole('button', { name: /^0[0-9a-f]{7}…/ })
    .first()
    .click();
  await drawer.getByText('It found a coin.').waitFor();
  expect(await drawer.locator('dd').first().innerText()).toMatch(/^\d\d:\d\d$/); // simulated time
  expect(await cells.allInnerTexts()).toContain('rng service (rng-1)');
  expect(await drawer.getByRole('link').count()).toBe(0); // no Bull Board
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'miner-3' }).click();
  await drawer.getByText('run by miner-3').waitFor();
  expect(shown.problems).toEqual([]);
});
