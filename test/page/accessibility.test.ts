/**
 * Both pages are accessible and fit on screens of all sizes, in both themes.
 * @module
 */
import { test } from 'vitest';
import { expectAccessible, expectNoOverflow } from '../support/accessible.ts';
import { sharePage } from '../support/shared-browser.ts';
import { until } from '../../tools/stack/until.ts';

const { open } = sharePage();

const SCREENS = (['light', 'dark'] as const).flatMap((colorScheme) =>
  [360, 768, 1440].map((width) => [colorScheme, width] as const),
);

test.each(SCREENS)('the main page: %s, %i px wide', async (colorScheme, width) => {
  await using shown = await open('/?classic', {
    colorScheme,
    viewport: { width, height: 900 },
  });
  await shown.page.getByRole('button', { name: 'Reveal the bottleneck' }).click();
  await until('the page shows a speed', async () => (await shown.number('speed')) > 0);
  await expectAccessible(shown.page);
  await expectNoOverflow(shown.page);
});

test.each([
  ['light', 390],
  ['dark', 1280],
  ['light', 1920],
] as const)('the workshop: %s, %i px wide', async (colorScheme, width) => {
  await using shown = await open('/workshop', { colorScheme, viewport: { width, height: 900 } });
  await shown.page.evaluate(
    'document.querySelectorAll("details").forEach((it) => (it.open = true))',
  );
  await expectAccessible(shown.page);
  await expectNoOverflow(shown.page);
});
