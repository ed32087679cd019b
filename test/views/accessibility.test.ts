/**
 * Both pages are accessible and fit on screens of all sizes, in both themes.
 * @module
 */
import type { Page } from 'playwright-core';
import { describe, test } from 'vitest';
import { expectAccessible, expectNoOverflow } from '../support/accessible.ts';
import { sharePage } from '../support/shared-browser.ts';
import { until } from '../../tools/stack/until.ts';

const { open } = sharePage();

/** Widths that a page must fit, and those at which axe, which takes seconds, looks at it. */
const MAIN = { widths: [360, 768, 1440], light: [360, 1440], dark: [768] };
const WORKSHOP = { widths: [390, 1280, 1920], light: [390], dark: [1280] };

async function expectToFit(
  page: Page,
  colorScheme: 'light' | 'dark',
  { widths, ...axe }: typeof MAIN,
): Promise<void> {
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 });
    await expectNoOverflow(page);
    if (axe[colorScheme].includes(width)) await expectAccessible(page);
  }
}

describe.each(['light', 'dark'] as const)('%s', (colorScheme) => {
  test('the main page', async () => {
    await using shown = await open('/?classic', { colorScheme });
    await shown.page.getByRole('button', { name: 'Reveal the bottleneck' }).click();
    await until('the page shows a speed', async () => (await shown.number('speed')) > 0);
    await expectToFit(shown.page, colorScheme, MAIN);
  });

  test('the workshop', async () => {
    await using shown = await open('/workshop', { colorScheme });
    await shown.page.evaluate(
      'document.querySelectorAll("details").forEach((it) => (it.open = true))',
    );
    await expectToFit(shown.page, colorScheme, WORKSHOP);
  });
});
