/**
 * What-if, on a stack that nobody changes. `test/speed/what-if.test.ts` compares a prediction with what happens.
 * @module
 */
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from 'vitest';
import { testFrame } from '../../tools/stack/frame-data.ts';
import type { OpenPage } from '../../tools/stack/open-page.ts';
import { until } from '../../tools/stack/until.ts';
import { fakeFeed, showFrame } from '../support/fake-feed.ts';
import { sharePage } from '../support/shared-browser.ts';

const { open } = sharePage();

/** Opens the drawer, and asks for three miners. */
async function ask({ page, number }: OpenPage) {
  await until('the page shows a speed', async () => (await number('speed')) > 0);
  await page.getByRole('button', { name: 'What if…' }).press('Enter');
  const drawer = page.getByRole('dialog', { name: 'What if…' });
  const miners = drawer.getByRole('slider', { name: 'Miners' });
  await miners.press('ArrowRight');
  await miners.press('ArrowRight');
  return drawer;
}

test.each([
  ['light', 1280, 720],
  ['dark', 390, 844],
] as const)(
  'asks for a guess, then predicts: by keyboard, %s, %i × %i',
  async (colorScheme, width, height) => {
    await using shown = await open('/', { colorScheme, viewport: { width, height } });
    const { page, problems, text, plot } = shown;
    const drawer = await ask(shown);
    expect(await drawer.innerText()).not.toMatch(/\d ms|delay|slots|limits/);
    const field = drawer.getByLabel('How fast will it be with 3 miners?');
    await field.fill('12');
    await field.press('Enter');
    await until('the prediction appears', async () =>
      /^(\d|10)\.\d( ± \d\.\d)? hashes\/s\s+\d\.\d times the speed now\./.test(
        await text('prediction'),
      ),
    );
    expect(await text('guesses')).toBe('Your guess: 12/s');
    expect(await drawer.getByLabel('Command').innerText()).toBe('npm run scale miner=3');
    expect(await plot('data-predicted')).toMatch(/^(\d|10)\.\d$/);
    await drawer.getByRole('slider', { name: 'rng delay' }).waitFor();
    await drawer
      .getByRole('img', { name: /^Predicted speed by number of miners: 1: \d\.\d/ })
      .waitFor();
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id }) => id)).toEqual([]);
    expect(
      await drawer.evaluate('document.querySelector("[role=dialog]").scrollWidth'),
    ).toBeLessThanOrEqual(width);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    await page.keyboard.press('Escape');
    expect(await drawer.count()).toBe(0);
    expect(await page.evaluate('document.activeElement.textContent')).toContain('What if…');
    expect(problems).toEqual([]);
  },
);

test('collects the guesses of a class on the wall, and keeps them for the session', async () => {
  await using shown = await open('/?wall');
  const { page, text } = shown;
  const drawer = await ask(shown);
  for (const [name, speed] of [
    ['Ada', '9'],
    ['Bob', '10'],
  ] as const) {
    await drawer.getByLabel('Name').fill(name);
    await drawer.getByLabel(/How fast will it be/).fill(speed);
    await drawer.getByRole('button', { name: 'Guess' }).click();
  }
  await page.reload();
  await page.getByRole('button', { name: 'What if…' }).click();
  await until('the guesses are there', async () =>
    /Ada: 9\/s\s*Bob: 10\/s/.test(await text('guesses')),
  );
  expect(await page.getByTestId('prediction').count()).toBe(0);
  await drawer.getByLabel('How fast will it be with 3 miners?').waitFor();
  await drawer.getByRole('button', { name: 'Show the prediction' }).click();
  await page.getByTestId('prediction').waitFor();
  await drawer.getByRole('button', { name: 'New question' }).click();
  expect(await page.getByTestId('guesses').count()).toBe(0);
  expect(await shown.plot('data-predicted')).toBe('');
});

test('a question outlives a reload, even if the first frame after it does not say what is running', async () => {
  const running = testFrame();
  await using shown = await open('/', {}, fakeFeed(running));
  const { page } = shown;
  const drawer = await ask(shown);
  await drawer.getByLabel('How fast will it be with 3 miners?').fill('9');
  await page.keyboard.press('Enter');
  await page.getByTestId('prediction').waitFor();
  await fakeFeed({ ...running, settings: null })(page);
  await page.reload();
  await until('the page shows a speed', async () => (await shown.number('speed')) > 0);
  await page.getByRole('button', { name: 'What if…' }).click();
  await drawer.getByText('The settings of this stack are unknown.').waitFor();
  await showFrame(page, { ...running, at: running.at + 10 });
  await page.getByText('npm run scale miner=3').waitFor();
});
