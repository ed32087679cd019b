/**
 * The browser that `browser-per-run.ts` has started, and the page of the stack that `stack-per-run.ts` has started.
 * @module
 */
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, beforeAll, inject } from 'vitest';
import { openPage, type OpenPage } from '../../tools/stack/open-page.ts';
import { readFrame } from '../../tools/stack/read-frame.ts';
import { until } from '../../tools/stack/until.ts';

/** Connects to the browser. Closing it ends the connection, and closes the pages that were opened over it. */
export const connectBrowser = (): Promise<Browser> => chromium.connect(inject('browserEndpoint'));

export interface SharedPage {
  /** Origin of the dashboard. */
  dashboard: string;
  /** Opens a path of the dashboard: see `openPage`. */
  open: (
    path?: string,
    options?: BrowserContextOptions,
    prepare?: (page: Page) => Promise<unknown>,
  ) => Promise<OpenPage>;
}

/** Connects a test file to the page, which many files look at. Its stack mines then. */
export function sharePage(): SharedPage {
  const dashboard = inject('dashboard');
  let browser: Browser;
  beforeAll(async () => {
    browser = await connectBrowser();
    await until('the stack mines', async () => ((await readFrame(dashboard))?.speed ?? 0) > 0);
  });
  afterAll(() => browser.close());
  return {
    dashboard,
    open: (path = '/', options, prepare) =>
      openPage(browser, `${dashboard}${path}`, options, prepare),
  };
}
