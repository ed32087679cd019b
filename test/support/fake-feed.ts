/**
 * The page with frames of a test instead of those of its server.
 * @module
 */
import type { Page } from 'playwright-core';
import type { Frame, Point } from '../../dashboard/frame/frame.ts';

/** Returns what prepares a page, before it is opened, to show a frame and a history. */
export function fakeFeed(frame: Frame, points: readonly Point[] = []) {
  return async (page: Page): Promise<void> => {
    await page.route('**/api/history*', (route) => route.fulfill({ json: points }));
    await page.addInitScript(`
      window.fakeFrame = ${JSON.stringify(frame)};
      window.EventSource = class {
        constructor() {
          this.starting = setTimeout(() => {
            this.onopen();
            this.send();
            this.sending = setInterval(() => this.send(), 1000);
            window.fakeSource = this;
          });
        }
        send() {
          this.onmessage({ data: JSON.stringify(window.fakeFrame) });
          window.fakeFrame.at += 1;
        }
        close() {
          clearTimeout(this.starting);
          clearInterval(this.sending);
        }
      };`);
  };
}

/** Shows another frame on a page with a fake feed. */
export const showFrame = (page: Page, frame: Frame): Promise<void> =>
  page.evaluate(`window.fakeFrame = ${JSON.stringify(frame)}; window.fakeSource.send()`);
