/**
 * The dashboard's page in a browser, read the way a user reads it.
 * @module
 */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { LIMIT_MS } from './until.ts';

export interface OpenPage extends AsyncDisposable {
  page: Page;
  /** Errors in the browser's console, uncaught errors, failed requests, and requests to other origins. */
  problems: string[];
  /** Returns the text of an element by its test id. */
  text: (testId: string) => Promise<string>;
  /** Returns that text as a number; NaN if it is empty. */
  number: (testId: string) => Promise<number>;
  /** Returns an attribute of the plot, for instance `data-points`. */
  plot: (attribute: string) => Promise<string>;
}

/**
 * Opens a URL in a browser profile of its own. Nothing moves, unless `options` say so: drawing the jobs takes a browser without
 * a GPU more CPU time than a stack needs to mine.
 * @param prepare is called before the URL is opened
 */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
  prepare?: (page: Page) => Promise<unknown>,
): Promise<OpenPage> {
  await using opening = new AsyncDisposableStack();
  const context = opening.adopt(
    await browser.newContext({ reducedMotion: 'reduce', ...options }),
    (it) => it.close(),
  );
  context.setDefaultTimeout(LIMIT_MS);
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (err) => problems.push(`uncaught: ${err.message}`));
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== new URL(url).origin && protocol !== 'blob:') {
      problems.push(`request to another origin: ${request.url()}`);
    }
  });
  page.on('requestfailed', (request) => {
    // On a busy machine, a frame or a summary may take longer than a page waits for it. Then the page asks again.
    const failure = request.failure()?.errorText;
    if (/\/api\/(events|summary)$/.test(request.url()) && failure === 'net::ERR_ABORTED') return;
    problems.push(`failed: ${request.url()} ${failure}`);
  });
  await prepare?.(page);
  await page.goto(url);
  const text = async (testId: string) =>
    ((await page.getByTestId(testId).textContent()) ?? '').trim();
  const opened = opening.move();
  return {
    page,
    problems,
    text,
    async number(testId) {
      const digits = (await text(testId)).replaceAll(',', '');
      return digits === '' ? NaN : Number(digits);
    },
    plot: async (attribute) => (await page.getByTestId('plot').getAttribute(attribute)) ?? '',
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
