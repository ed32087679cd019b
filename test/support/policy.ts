/**
 * What works on a page without violating its security policy: the browser would report that as an error.
 * @module
 */
import { expect } from 'vitest';
import type { OpenPage } from '../../tools/stack/open-page.ts';
import { until } from '../../tools/stack/until.ts';

/** Uses what a policy may forbid: styles, images, downloads, themes. */
export async function expectPageWorks(shown: OpenPage): Promise<void> {
  const { page } = shown;
  await until('the plot has points', async () => Number(await shown.plot('data-points')) > 3);
  await page.getByRole('button', { name: 'Reveal the bottleneck' }).click();
  await until('the page shows a speed', async () => (await shown.number('speed')) > 0);
  for (const theme of ['dark', 'light', 'system']) {
    await page.getByLabel('Theme').selectOption(theme);
  }
  await until('the bars, which style attributes draw, have a width', async () => {
    const bars = await page.locator('.bar span').all();
    const boxes = await Promise.all(bars.map((bar) => bar.boundingBox()));
    return Math.max(...boxes.map((box) => box?.width ?? 0)) > 10;
  });
  await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'PNG' }).click(),
  ]);
  expect(shown.problems).toEqual([]);
}

/** Opens a job from Bull Board's list of completed jobs. */
export async function expectBoardShowsJobs(shown: OpenPage): Promise<void> {
  const { page } = shown;
  await page.getByText('loop', { exact: true }).first().waitFor();
  // Not `click`, which waits until an element stays in place: new jobs move all others down.
  await page.locator('a[href*="/queue/loops/"]').first().dispatchEvent('click');
  await page.waitForURL(/queue\/loops\/\d+/);
  await until('one job is shown', async () => (await page.getByText('returnValue').count()) === 1);
  expect(shown.problems).toEqual([]);
}
