/**
 * The guide, step by step.
 * @module
 */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type { Point } from '../../dashboard/frame/frame.ts';
import { scaleText, STEPS } from '../../dashboard/web/guide/steps.ts';
import { testFrame, testPoint } from '../../tools/stack/frame-data.ts';
import { until } from '../../tools/stack/until.ts';
import { expectAccessible, expectNoOverflow } from '../support/accessible.ts';
import { fakeFeed } from '../support/fake-feed.ts';
import { sharePage } from '../support/shared-browser.ts';

const { open } = sharePage();

/** What each step measures, one step after the other, 20 seconds each. */
const HISTORY: Point[] = STEPS.flatMap(({ scale: { miner: miners, rng, hasher } }, step) =>
  Array.from({ length: 20 }, (_, second) => {
    const speed = Math.min(miners * 3.3, rng * 9.9);
    return testPoint(20 * step + second, { miners, rng, hasher, speed, rngMs: 790 });
  }),
);

const ONE_MINER = fakeFeed(testFrame({ at: 1000, miners: 1, rngs: 1 }), HISTORY.slice(0, 20));

const predict = async (page: Page, value: number) => {
  await page.getByLabel('Your prediction').fill(String(value));
  await page.getByLabel('Your prediction').press('Enter');
};

test('shows the command only after a prediction, and the result only after it ran', async () => {
  await using shown = await open('/?guide', {}, ONE_MINER);
  const { page } = shown;
  await page.getByText('Step 1 of 7').waitFor();
  await predict(page, 3);
  await page.getByText('Measured: 3.3 hashes/s. You predicted 3.0 hashes/s.').waitFor();
  expect(await page.evaluate('document.activeElement.innerText')).toMatch(/^Two miners/);
  const command = page.getByRole('region', { name: 'Command' });
  expect(await command.count()).toBe(0);
  await predict(page, 6);
  expect(await command.textContent()).toBe('npm run scale miner=2');
  expect(await page.getByTestId('outcome').count()).toBe(1);
});

test('goes through all steps, also after a reload, on a phone', async () => {
  const feed = fakeFeed(testFrame({ at: 1000, miners: 10, rngs: 8 }), HISTORY);
  await using shown = await open('/?guide', { viewport: { width: 390, height: 844 } }, feed);
  const { page } = shown;
  for (const [index, { title, question }] of STEPS.entries()) {
    if (index === 3) await page.reload();
    await page.getByText(`Step ${index + 1} of ${STEPS.length}`).waitFor();
    expect(await page.getByTestId('question').textContent()).toBe(question);
    const isRevealed = page.getByRole('button', { name: 'Hide the bottleneck' });
    expect(await isRevealed.count()).toBe(index > 3 ? 1 : 0);
    await predict(page, 33);
    const done = page.locator('details[open]', { hasText: title });
    await done.getByText(/Measured: .* You predicted 33/).waitFor();
  }
  await page.getByText('All 7 steps are done').waitFor();
  await expectAccessible(page);
  await expectNoOverflow(page);
  await page.getByRole('button', { name: 'Close the guide' }).click();
  expect(await page.getByText('All 7 steps are done').count()).toBe(0);
});

test('is taken in the playground, where a button does what a command does', async () => {
  await using shown = await open('/playground/?guide#speed=100');
  const { page } = shown;
  for (const { title, scale } of STEPS) {
    await page.getByRole('heading', { name: title }).waitFor();
    await predict(page, 33);
    const done = page.locator('details[open]', { hasText: title });
    const run = page.getByRole('button', { name: `Run ${scaleText(scale)}` });
    await run.or(done).first().waitFor();
    if (await run.isVisible()) await run.click();
    await done.getByText(/Measured: .* You predicted 33/).waitFor();
  }
  await page.getByText('All 7 steps are done').waitFor();
});

test('keeps its answers when the simulation is replayed', async () => {
  await using shown = await open('/playground/?guide#speed=100');
  const { page } = shown;
  await predict(page, 33);
  await page.getByText('Step 2 of 7').waitFor();
  await page.getByRole('button', { name: 'Replay' }).click();
  await until('the simulation mines', async () => (await shown.number('speed')) > 0);
  expect(await page.getByText('Step 2 of 7').count()).toBe(1);
});

test('asks the class on the wall', async () => {
  const viewport = { width: 1280, height: 720 };
  await using shown = await open('/?wall&guide', { viewport }, ONE_MINER);
  await predict(shown.page, 4);
  await shown.page.getByText('One miner. Measured: 3.3 hashes/s.').waitFor();
  await shown.page.getByText('How fast are two miners?').waitFor();
  await expectAccessible(shown.page);
});
