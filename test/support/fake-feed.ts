import type { Page } from 'playwright-core';
import type { Frame, Point } from '../../dashboard/frame/frame.ts';

/**
 * Reloads the page with a frame and a history instead of what its server sends.
 * @returns shows another frame
 */
export async function fakeFeed(
  page: Page,
  frame: Frame,
  points: readonly Point[] = [],
): Promise<(frame: Frame) => Promise<void>> {
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
  await page.reload();
  return async (next) => {
    await page.evaluate(`window.fakeFrame = ${JSON.stringify(next)}; window.fakeSource.send()`);
  };
}
