/**
 * The page, the workshop and Bull Board behind a proxy that serves them under a path.
 * @module
 */
import { expect, test } from 'vitest';
import { openPage } from '../../tools/stack/open-page.ts';
import { statusOf } from '../support/page-status.ts';
import { expectBoardShowsJobs } from '../support/policy.ts';
import { startPrefixProxy } from '../support/prefix-proxy.ts';
import { connectBrowser, sharePage } from '../support/shared-browser.ts';
import { until } from '../../tools/stack/until.ts';

const { dashboard } = sharePage();

/** Opens a page through the proxy, in a browser of its own. */
async function openThroughProxy(path: string) {
  await using opening = new AsyncDisposableStack();
  const proxy = opening.use(await startPrefixProxy(dashboard, '/coins'));
  const browser = opening.adopt(await connectBrowser(), (it) => it.close());
  const shown = opening.use(await openPage(browser, `${proxy.url}${path}`));
  const opened = opening.move();
  return { ...shown, url: proxy.url, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

test.each(['/', '/?classic', '/?wall', '/?reveal'])('%s works under a path', async (path) => {
  await using shown = await openThroughProxy(path);
  await until('the page is live', async () => (await statusOf(shown)) === 'live');
  await until('the history is loaded', async () => Number(await shown.plot('data-points')) > 1);
  expect(shown.problems).toEqual([]);
});

test('the links of the page and of the workshop stay under the path', async () => {
  await using shown = await openThroughProxy('/');
  const { page, url } = shown;
  await page.getByRole('link', { name: 'Workshop' }).click();
  await page.waitForURL(`${url}/workshop`);
  await page.goto(`${url}/workshop/`);
  expect(page.url()).toBe(`${url}/workshop`);
  await page.locator('header a').click();
  await page.waitForURL(`${url}/`);
  await page.getByTestId('failed').getByRole('link').click();
  await page.waitForURL(`${url}/queues/queue/loops?status=failed`);
});

test('Bull Board works under a path', async () => {
  await using shown = await openThroughProxy('/queues/queue/loops?status=completed');
  await expectBoardShowsJobs(shown);
});
