/**
 * What the page says is wrong.
 * @module
 */
import type { OpenPage } from '../../tools/stack/open-page.ts';
import { until } from '../../tools/stack/until.ts';

/** Returns the text of the status in the page's head: "live" if nothing is wrong; failed jobs follow. */
export const statusOf = async ({ page }: OpenPage) =>
  ((await page.locator('header [role=status]').textContent()) ?? '').trim();

const LIVE = /^live\b/;

const problemsOf = async ({ page }: OpenPage) =>
  (await page.getByTestId('problem').allTextContents()).map((text) =>
    text.replaceAll(/\s+/g, ' ').trim(),
  );

/** Waits until the page lists a problem like this, and no other, and says so in its status. Returns its text. */
export async function untilProblem(shown: OpenPage, pattern: RegExp): Promise<string> {
  const seen = new Set<string>();
  try {
    return await until(`the page lists ${pattern}`, async () => {
      const listed = await problemsOf(shown);
      const status = await statusOf(shown);
      seen.add(`${status}: ${listed.join(' | ')}`);
      const [text = ''] = listed;
      return listed.length === 1 && pattern.test(text) && !LIVE.test(status) && text;
    });
  } catch (cause) {
    throw new Error(`expected ${pattern}, got:\n${[...seen].join('\n')}`, { cause });
  }
}

/** Waits until the page shows no problem, and that the stack mines. */
export const untilWell = (shown: OpenPage) =>
  until('the page is live, lists no problem, and shows that the stack mines', async () => {
    const isLive = LIVE.test(await statusOf(shown)) && (await problemsOf(shown)).length === 0;
    return isLive && (await shown.number('speed')) > 3;
  });
