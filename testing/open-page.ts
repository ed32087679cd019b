/**
 * The dashboard's page in a browser.
 * @module
 */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

export interface OpenPage extends AsyncDisposable {
  page: Page;
  /** Errors in the console, and uncaught exceptions. */
  complaints: string[];
  /** Text of the element with this test id. */
  text: (testId: string) => Promise<string>;
  /** Text of the element with this test id as a number; NaN if it is empty. */
  number: (testId: string) => Promise<number>;
  /** An attribute of the plot, such as data-points; empty if it is not set. */
  plot: (attribute: string) => Promise<string>;
}

/** Opens a URL in a new browser context. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<OpenPage> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (err) => complaints.push(err.message));
  await page.goto(url);
  const text = async (testId: string) =>
    ((await page.getByTestId(testId).textContent()) ?? '').trim();
  return {
    page,
    complaints,
    text,
    async number(testId) {
      const digits = (await text(testId)).replaceAll(',', '');
      return digits === '' ? NaN : Number(digits);
    },
    plot: async (attribute) => (await page.getByTestId('plot').getAttribute(attribute)) ?? '',
    [Symbol.asyncDispose]: () => context.close(),
  };
}
