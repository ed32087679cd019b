/**
 * What a user can do on the page.
 * @module
 */
import { buffer } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import type { OpenPage } from '../../tools/stack/open-page.ts';
import { fakeFeed } from '../support/fake-feed.ts';
import { sharePage } from '../support/shared-browser.ts';
import { testFrame } from '../../tools/stack/frame-data.ts';
import { until } from '../../tools/stack/until.ts';

const { open } = sharePage();

/** Returns the position of the plot, without its axes, once the page has all its figures and moves no more. */
async function plotBox({ page, number, plot }: OpenPage) {
  await until('the page shows a speed', async () => (await number('speed')) > 0);
  await until('the plot has points', async () => Number(await plot('data-points')) > 5);
  const box = await page.locator('.u-over').boundingBox();
  if (box === null) throw new Error('no plot');
  return box;
}

/** Drags to the right, from the middle of the plot. A problem that appears meanwhile pushes the plot away. */
async function drag(shown: OpenPage, pixels: number) {
  const { mouse } = shown.page;
  const box = await plotBox(shown);
  const x = box.x + box.width / 2;
  await mouse.move(x, box.y + 30);
  await mouse.down();
  await mouse.move(x + pixels, box.y + 30, { steps: 5 });
  await mouse.up();
}

describe('the plot', () => {
  test('keeps the selected range in the URL', async () => {
    await using shown = await open();
    await shown.page.getByLabel('1 min', { exact: true }).check();
    await until('the URL has the choice', () => shown.page.url().endsWith('?minutes=1'));
    await shown.page.reload();
    expect(await shown.page.getByLabel('1 min', { exact: true }).isChecked()).toBe(true);
  });

  test('shows the exact values under the pointer', async () => {
    await using shown = await open('/?minutes=1');
    await until('the values appear', async () => {
      const box = await plotBox(shown);
      await shown.page.mouse.move(box.x + box.width - 3, box.y + 20);
      return /^\d\d:\d\d:\d\d · \d\.\d hashes\/s · 1 miner /.test(await shown.text('hover'));
    });
  });

  test('zooms in by dragging, and resets', async () => {
    await using shown = await open();
    const reset = shown.page.getByRole('button', { name: 'Reset zoom' });
    await until('it is zoomed', async () => {
      await drag(shown, 300);
      return reset.isVisible();
    });
    await reset.click();
    await until('the zoom is reset', async () => (await reset.count()) === 0);
  });

  test('does not take a shaky click for a drag, and can be reset on the wall, too', async () => {
    await using shown = await open('/?wall');
    const reset = shown.page.getByRole('button', { name: 'Reset zoom' });
    await drag(shown, 3);
    expect(await reset.count()).toBe(0);
    await until('it is zoomed', async () => {
      await drag(shown, 100);
      return reset.isVisible();
    });
    await reset.click();
    await until('the zoom is reset', async () => (await reset.count()) === 0);
  });

  test('explains the dips of the classic graph', async () => {
    await using shown = await open();
    await shown.page.getByLabel('Show the graph of the original').check();
    const answer = shown.page.getByText('4, 4, 4');
    expect(await answer.isVisible()).toBe(false);
    await shown.page.getByText('Why is the original’s graph so different?').click();
    expect(await answer.isVisible()).toBe(true);
    await until('the URL has the choice', () => shown.page.url().endsWith('?classic'));
  });

  test('can be downloaded as PNG and CSV', async () => {
    await using shown = await open();
    await until('the plot has points', async () => Number(await shown.plot('data-points')) > 5);
    const save = async (name: string) => {
      const [download] = await Promise.all([
        shown.page.waitForEvent('download'),
        shown.page.getByRole('button', { name }).click(),
      ]);
      return buffer(await download.createReadStream());
    };
    expect((await save('PNG')).subarray(1, 4).toString()).toBe('PNG');
    const [head, first] = (await save('CSV')).toString().split('\n');
    expect(head).toBe('time,speed,loops,hashes,miners,rng,hasher,troubled');
    expect(first).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z,[\d.]*,\d+,\d*,\d+,\d?,\d?,(true|false)$/);
  });

  test('fills the page in wall mode', async () => {
    await using shown = await open('/?wall');
    await until('the page shows a speed', async () => (await shown.number('speed')) > 0);
    expect(await shown.page.locator('footer').count()).toBe(0);
    const excess = 'document.documentElement.scrollHeight - innerHeight';
    expect(await shown.page.evaluate(excess)).toBe(0);
    expect(shown.problems).toEqual([]);
  });
});

test('the picture moves its jobs between two frames', async () => {
  await using shown = await open('/', { reducedMotion: 'no-preference' });
  await until('the page shows a speed', async () => (await shown.number('speed')) > 0);
  const look = () =>
    shown.page.evaluate<[completed: string, image: string]>(`[
      document.querySelector('[data-testid=completed]').textContent,
      document.querySelector('.board canvas').toDataURL(),
    ]`);
  let last = await look();
  await until('the jobs move', async () => {
    const now = await look();
    const hasMoved = now[0] === last[0] && now[1] !== last[1];
    last = now;
    return hasMoved;
  });
});

describe('the scaling chart', () => {
  test.each([
    ['/', 1280, 720],
    ['/?wall', 1280, 720],
    ['/?wall', 1920, 1080],
  ])(
    'is with speed and bottleneck on the first screen: %s, %d × %d',
    async (path, width, height) => {
      await using shown = await open(path, { viewport: { width, height } });
      const { page } = shown;
      await page.getByLabel(/enter your guess/).waitFor(); // one miner must be measured first
      for (const part of [
        page.getByTestId('speed'),
        page.getByTestId('bottleneck'),
        page.getByRole('button', { name: 'Reveal the bottleneck' }),
        page.getByRole('img', { name: /^Speed by number of miners/ }),
        page.getByRole('button', { name: 'Guess' }),
      ]) {
        const { y = NaN, height: own = NaN } = (await part.boundingBox()) ?? {};
        expect(y).toBeGreaterThanOrEqual(0);
        expect(y + own).toBeLessThanOrEqual(height);
      }
    },
  );

  test('asks for a guess, by keyboard or mouse, and keeps it for the session', async () => {
    await using shown = await open();
    const field = shown.page.getByLabel(/enter your guess/);
    await field.waitFor(); // one miner must be measured first
    await field.fill('33');
    await field.press('Enter');
    expect(await shown.text('guess')).toContain('your guess: 33');
    await shown.page.reload();
    await until('the guess is still there', async () =>
      (await shown.text('guess')).includes('your guess: 33'),
    );
    await shown.page.getByRole('button', { name: 'Clear guess' }).click();
    await field.waitFor();
    await shown.page.getByRole('img', { name: /^Speed by number of miners/ }).click();
    expect(await shown.text('guess')).toMatch(/your guess: \d/);
  });
});

describe('the bottleneck', () => {
  const SENTENCE =
    /^The miners are the bottleneck: they work on loops \d+% of the time \(.*\), so they limit the speed to \d\.\d\/s\./;

  test('is hidden until it is revealed, for the session', async () => {
    await using shown = await open();
    await until('the page shows a speed', async () => (await shown.number('speed')) > 0);
    expect(await shown.text('bottleneck')).toContain('What limits the speed?');
    await shown.page.getByRole('button', { name: 'Reveal the bottleneck' }).click();
    const appears = () =>
      until('the bottleneck appears', async () => SENTENCE.test(await shown.text('bottleneck')));
    await appears();
    await shown.page.reload();
    await appears();
  });

  test('is hidden again if the page is loaded after a reset, unless ?reveal asks for it', async () => {
    const before = testFrame({}, { loops: 100 });
    await using shown = await open('/', {}, fakeFeed(before));
    const { page } = shown;
    const reveal = page.getByRole('button', { name: 'Reveal the bottleneck' });
    await reveal.click();
    await reveal.waitFor({ state: 'detached' });

    await fakeFeed({ ...before, at: before.at - 1, loops: 98 })(page);
    await page.reload();
    await until(
      'a frame of another dashboard shows',
      async () => (await shown.number('completed')) === 98,
    );
    expect(await reveal.count()).toBe(0);

    await fakeFeed({ ...before, at: before.at + 3600, loops: 5 })(page);
    await page.reload();
    await reveal.waitFor();

    await fakeFeed({ ...before, at: before.at + 7200, loops: 1 })(page);
    await page.goto(`${page.url()}?reveal`);
    await until('the count has started again', async () => (await shown.number('completed')) === 1);
    expect(await reveal.count()).toBe(0);
  });

  test('is revealed from the start by ?reveal', async () => {
    await using shown = await open('/?reveal');
    await until('the bottleneck appears', async () =>
      SENTENCE.test(await shown.text('bottleneck')),
    );
  });

  /** What would give the answer away. */
  const SPOILER =
    /\b(rng|hasher) (wait|service)|\d ms\b|in flight|utilization|ceiling|\bin line\b|% busy/;

  test('is not given away anywhere on the page before that', async () => {
    await using shown = await open();
    await until('the page shows a speed', async () => (await shown.number('speed')) > 0);
    const text = () => shown.page.evaluate<string>('document.querySelector("main").innerText');
    expect(await text()).not.toMatch(SPOILER);
    for (const name of ['rng', 'hasher']) {
      await shown.page.locator('summary', { hasText: new RegExp(`^${name}`) }).click();
      expect(await text()).not.toMatch(SPOILER);
    }
    await shown.page.getByRole('button', { name: 'Reveal the bottleneck' }).click();
    await until('the figures appear', async () => SPOILER.test(await text()));
  });

  test('goes with where the time of a loop goes', async () => {
    await using shown = await open('/?reveal');
    const row = shown.page.getByRole('row', { name: /rng service/ });
    await until('the row shows at least the delay of 100 ms', async () =>
      /rng service\s*[1-9]\d\d ms/.test((await row.textContent()) ?? ''),
    );
  });
});

describe('the page', () => {
  test('keeps the selected theme after a reload', async () => {
    await using shown = await open('/', { colorScheme: 'light' });
    const background = () =>
      shown.page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    const light = await background();
    await shown.page.getByLabel('Theme').selectOption('dark');
    const dark = await background();
    expect(dark).not.toBe(light);
    await shown.page.reload();
    expect(await background()).toBe(dark);
  });
});
