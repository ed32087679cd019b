/**
 * Pages of a stack, as a person opens and reads them.
 * @module
 */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

export interface OpenPage extends AsyncDisposable {
  page: Page;
  /** What the browser complained about. */
  complaints: string[];
  /** Text of an element by its test id. */
  text: (testId: string) => Promise<string>;
  /** The number in it; NaN where there is none. */
  number: (testId: string) => Promise<number>;
  /** An attribute of the plot, for instance data-points. */
  plot: (attribute: string) => Promise<string>;
}

/** Opens an address in a browser profile of its own. */
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
      const found = (await text(testId)).replaceAll(',', '');
      return found === '' ? NaN : Number(found);
    },
    plot: async (attribute) => (await page.getByTestId('plot').getAttribute(attribute)) ?? '',
    [Symbol.asyncDispose]: () => context.close(),
  };
}
