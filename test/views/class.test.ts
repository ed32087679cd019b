/**
 * The class page: many stacks, and what there is instead of some.
 * @module
 */
import type { ServerResponse } from 'node:http';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { until } from '../../tools/stack/until.ts';
import { expectAccessible, expectNoOverflow } from '../support/accessible.ts';
import {
  simulateSummaries,
  startFakeStack,
  withSummary,
  withText,
  type FakeStack,
} from '../support/class-stacks.ts';
import { sharePage } from '../support/shared-browser.ts';
import { textBoxes } from '../support/text-boxes.ts';

const { open, dashboard } = sharePage();

const ONE = { miner: 1, rng: 1 };
const TEN = { miner: 10, rng: 1 };
const FAR = [ONE, TEN, { miner: 10, rng: 2 }, { miner: 10, rng: 4 }];

/** How far stacks may have come. */
const COURSE = [[ONE], [ONE, { miner: 2 }], [ONE, TEN], FAR].map((scale) =>
  simulateSummaries(scale),
);
const PAUSED = simulateSummaries([TEN], { kind: 'pause' });
const OUTAGE = simulateSummaries([TEN], { kind: 'redis down', forMs: 60_000 });

/** Answers with one summary after the other, again and again. */
function running(summaries = COURSE[0] ?? []) {
  let n = 0;
  return withSummary(() => summaries[n++ % summaries.length] ?? never());
}

const never = () => {
  throw new Error('no summaries');
};

/** Starts as many stacks, which have come to different points of the course. */
async function startStacks(count: number) {
  await using starting = new AsyncDisposableStack();
  const stacks: FakeStack[] = [];
  for (let n = 0; n < count; n++) {
    stacks.push(starting.use(await startFakeStack(running(COURSE[n % COURSE.length]))));
  }
  const started = starting.move();
  return {
    /** One line each, with a name. */
    lines: stacks.map(({ address }, n) => `${address} student${n + 1}`),
    stacks,
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

const hash = (lines: string[]) => `#${encodeURIComponent(lines.join('\n'))}`;

const tiles = (page: Page) => page.getByRole('main').getByRole('link');
const namesOf = (page: Page) => page.getByRole('main').locator('.name').allTextContents();
const tileOf = (page: Page, name: string) =>
  tiles(page).filter({ has: page.getByText(name, { exact: true }) });

const untilTotals = (page: Page, pattern: RegExp) =>
  until(`the totals say ${pattern}`, async () =>
    pattern.test((await page.getByTestId('totals').textContent()) ?? ''),
  );

test('of thirty stacks, those in trouble come first, and say what is wrong', async () => {
  await using all = new AsyncDisposableStack();
  const { lines } = all.use(await startStacks(22));
  const troubles = {
    ghost: [await freePort(), /^ghost.*away.*Never answered: check the address/],
    hung: [() => undefined, /away.*Never answered/],
    older: [withText(404, 'not found'), /old.*An older version/],
    locked: [withText(401, 'login'), /login.*Wants a login/],
    guarded: [
      (_: unknown, it: ServerResponse) => it.end('login'),
      /closed.*Old, or behind a login/,
    ],
    rubbish: [withText(200, '<!doctype html>'.repeat(10_000)), /unknown.*Not a summary/],
    paused: [running(PAUSED), /0\.0.*The queue is paused/],
    redis: [running(OUTAGE), /no Redis.*Redis is unreachable/],
  } as const;
  for (const [name, [what]] of Object.entries(troubles)) {
    const address =
      typeof what === 'number' ? `127.0.0.1:${what}` : all.use(await startFakeStack(what)).address;
    lines.push(`${address} ${name}`);
  }
  await using shown = await open(`/class${hash(lines)}`);
  const { page } = shown;
  await untilTotals(page, /^30 stacks: 22 well,\s*8 in trouble,\s*[\d.]+ hashes\/s$/);
  await until('those in trouble come first', async () => {
    const first = (await namesOf(page)).slice(0, 8);
    return first.sort().join() === Object.keys(troubles).sort().join();
  });
  for (const [name, [, pattern]] of Object.entries(troubles)) {
    await until(`${name} matches ${pattern}`, async () =>
      pattern.test((await tileOf(page, name).textContent())?.replaceAll(/\s+/g, ' ') ?? ''),
    );
  }
  const others = (await namesOf(page)).slice(8);
  expect(others.slice(0, 3)).toEqual(['student1', 'student5', 'student9']); // the first step only
  expect(others.slice(-2)).toEqual(['student16', 'student20']);
});

test('a starting stack says so, and then shows its figures', async () => {
  let isReady = false;
  const figures = running();
  const starting = withText(503, 'no frame yet');
  await using stack = await startFakeStack((request, response) =>
    (isReady ? figures : starting)(request, response),
  );
  await using shown = await open(`/class${hash([stack.address])}`);
  await tiles(shown.page).getByText('starting').waitFor();
  isReady = true;
  await untilTotals(shown.page, /^1 stack: 1 well,\s*0 in trouble/);
});

test('a tile shows how many miners and rngs there are, the step, and the guess against the measurement', async () => {
  await using stack = await startFakeStack(running(COURSE[3]));
  await using shown = await open(`/class${hash([`${stack.address} Alice 33`])}`);
  const tile = tiles(shown.page);
  await tile.getByText(/^guess 33, got (9\.\d|10\.0)$/).waitFor();
  await tile.getByText('10 miners, 4 rngs').waitFor();
  expect((await tile.locator('.step').textContent())?.replaceAll(/\s+/g, ' ').trim()).toBe(
    'step 6/7',
  );
  expect(Number(await tile.locator('.speed').textContent())).toBeGreaterThan(31);
});

test('shows a real stack of another origin, opens it, and comes back', async () => {
  const stack = dashboard.replace('localhost', '127.0.0.1');
  expect(stack).not.toBe(dashboard);
  await using shown = await open(`/class#${stack.replace('http://', '')}`);
  const { page } = shown;
  await untilTotals(page, /^1 stack: 1 well,\s*0 in trouble,\s*[1-9]/);
  const elsewhere = `request to another origin: ${stack}/api/summary`;
  expect(new Set(shown.problems)).toEqual(new Set([elsewhere]));
  await tiles(page).click();
  await page.waitForURL(`${stack}/`);
  await page.goBack();
  await untilTotals(page, /^1 stack: 1 well/);
});

describe('the list', () => {
  const field = (page: Page) => page.getByLabel('Stacks, one per line');
  const show = (page: Page) => page.getByRole('button', { name: 'Show' }).click();

  test('stays in the address and in the browser', async () => {
    await using stacks = await startStacks(2);
    await using shown = await open('/class');
    const { page } = shown;
    await field(page).fill(stacks.lines.join('\n'));
    await show(page);
    await untilTotals(page, /^2 stacks: 2 well/);
    expect(new URL(page.url()).hash).toContain('student2');
    await page.reload();
    await untilTotals(page, /^2 stacks: 2 well/);
    await page.goto(`${dashboard}/workshop`);
    await page.goto(`${dashboard}/class`);
    await untilTotals(page, /^2 stacks: 2 well/);
    await page.getByRole('button', { name: 'List' }).click();
    expect(await field(page).inputValue()).toBe(stacks.lines.join('\n'));
  });

  test('says what is wrong in all lines, loses none, and shows the others', async () => {
    await using stacks = await startStacks(1);
    await using shown = await open('/class');
    const { page } = shown;
    const text = [...stacks.lines, 'ftp://node2', 'node3\tBob\tmany'].join('\n');
    await field(page).fill(text);
    await show(page);
    expect(await page.getByRole('alert').getByRole('listitem').allTextContents()).toEqual([
      'Line 2: expected an address such as node7:8000, got ftp://node2',
      'Line 3: expected a number as the guess, got many',
    ]);
    expect(await field(page).inputValue()).toBe(text);
    await untilTotals(page, /^1 stack: 1 well/);
    await field(page).fill(stacks.lines.join('\n'));
    await show(page);
    await until('the list is closed', () => field(page).isHidden());
  });

  test('comes from a file', async () => {
    await using stacks = await startStacks(2);
    await using shown = await open('/class');
    const { page } = shown;
    const csv = stacks.stacks.map(({ address }, n) => `${address},"Student ${n + 1}",33\r\n`);
    const file = { name: 'class.csv', mimeType: 'text/csv', buffer: Buffer.from(csv.join('')) };
    await page.getByLabel('From a file').setInputFiles(file);
    await untilTotals(page, /^2 stacks: 2 well/);
    await until('they are in order', async () => {
      return (await namesOf(page)).join() === 'Student 1,Student 2'; // the one that answered late comes first for a while
    });
  });

  test('can be typed into the address bar', async () => {
    await using shown = await open('/class#127.0.0.1:[1-3]');
    await untilTotals(shown.page, /^3 stacks: 0 well,\s*3 in trouble/);
    await shown.page.goto(`${dashboard}/class#127.0.0.1:1…127.0.0.1:2`);
    await untilTotals(shown.page, /^2 stacks: 0 well/);
  });
});

test('a stack that does not answer is asked less often than the others', async () => {
  await using hung = await startFakeStack(() => undefined);
  await using well = await startFakeStack(running());
  await using shown = await open(`/class${hash([hung.address, well.address])}`);
  await untilTotals(shown.page, /^2 stacks: 1 well,\s*1 in trouble/);
  await until('the other one was asked often', () => well.requests >= 10);
  expect(hung.requests).toBeLessThan(5);
});

test('a hidden page asks nobody', async () => {
  await using stack = await startFakeStack(running());
  await using shown = await open('/workshop'); // its timers are real; those of the next page are not
  const { page } = shown;
  const hide = (isHidden: boolean) =>
    page.evaluate(`
      Object.defineProperty(document, 'hidden', { value: ${isHidden}, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));`);
  await page.clock.install();
  await page.goto(`${dashboard}/class${hash([stack.address])}`);
  await until('it was asked', async () => {
    await page.clock.runFor(1000);
    return stack.requests > 0;
  });
  await until('the answer is shown', async () => {
    await page.clock.runFor(1000);
    return /^1 stack: 1 well/.test((await page.getByTestId('totals').textContent()) ?? '');
  });
  await hide(true);
  const before = stack.requests;
  await page.clock.runFor(60_000);
  expect(stack.requests).toBe(before);
  await hide(false);
  await until('it is asked again', async () => {
    await page.clock.runFor(1000);
    return stack.requests > before;
  });
});

describe('legible from the back row', () => {
  test.each([
    ['light', 30, 1280, 720],
    ['dark', 40, 1920, 1080],
    ['light', 4, 1280, 720],
  ] as const)('%s: %i tiles on %i × %i', async (colorScheme, count, width, height) => {
    await using stacks = await startStacks(count);
    await using shown = await open(`/class${hash(stacks.lines)}`, {
      colorScheme,
      viewport: { width, height },
    });
    const { page } = shown;
    await untilTotals(page, new RegExp(`^${count} stacks: ${count} well`));
    await expectNoOverflow(page);
    const excess = 'document.documentElement.scrollHeight - innerHeight';
    expect(await page.evaluate(excess)).toBeLessThanOrEqual(0);
    const texts = await textBoxes(page, 'main');
    expect(texts.length).toBeGreaterThan(4 * count);
    expect(texts.filter(({ fontSize }) => fontSize < Math.max(18, 0.022 * height))).toEqual([]);
    expect(texts.filter(({ right, bottom }) => right > width || bottom > height)).toEqual([]);
    await expectAccessible(page);
  });

  test.each(['light', 'dark'] as const)(
    'on a phone, one tile below the other: %s',
    async (colorScheme) => {
      await using stacks = await startStacks(12);
      stacks.lines.push(`127.0.0.1:${await freePort()} ghost`);
      await using shown = await open(`/class${hash(stacks.lines)}`, {
        colorScheme,
        viewport: { width: 390, height: 844 },
      });
      const { page } = shown;
      await untilTotals(page, /^13 stacks: 12 well,\s*1 in trouble/);
      await page.getByRole('button', { name: 'List' }).click();
      await expectNoOverflow(page);
      await expectAccessible(page);
      const boxes = await Promise.all((await tiles(page).all()).map((tile) => tile.boundingBox()));
      expect(new Set(boxes.map((box) => box?.x)).size).toBe(1);
    },
  );
});

test('works by keyboard', async () => {
  await using stacks = await startStacks(2);
  await using shown = await open(`/class${hash(stacks.lines)}`);
  const { page } = shown;
  await untilTotals(page, /^2 stacks: 2 well/);
  const focused = () => page.evaluate<string>('document.activeElement.textContent.trim()');
  const tabTo = (text: string) =>
    until(`the focus is on ${text}`, async () => {
      await page.keyboard.press('Tab');
      return (await focused()).startsWith(text);
    });
  await tabTo('List');
  await page.keyboard.press('Enter');
  await page.getByLabel('Stacks, one per line').waitFor();
  await tabTo('Show');
  await page.keyboard.press('Enter');
  await tabTo('student1');
  await page.keyboard.press('Enter');
  await page.waitForURL(`http://${stacks.stacks[0]?.address}/`);
});
