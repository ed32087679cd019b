/**
 * Tabs of one browser window, of which only the front one is visible. Playwright's own pages always count as visible, so
 * these tabs use the DevTools protocol.
 * @module
 */
import type { Browser, CDPSession } from 'playwright-core';

export interface Tab extends AsyncDisposable {
  bringToFront: () => Promise<void>;
  /** Evaluates an expression in the page. Resolves to undefined if the page is being replaced by another. */
  evaluate: (expression: string) => Promise<unknown>;
}

/** Opens a URL in a new tab in front of the others. */
export async function openTab(browser: Browser, url: string): Promise<Tab> {
  const session = await browser.newBrowserCDPSession();
  const { targetId } = await session.send('Target.createTarget', { url });
  const { sessionId } = await session.send('Target.attachToTarget', { targetId });
  const bringToFront = async () => {
    await session.send('Target.activateTarget', { targetId });
  };
  await bringToFront();
  return {
    bringToFront,
    evaluate: (expression) => evaluate(session, sessionId, expression),
    async [Symbol.asyncDispose]() {
      await session.send('Target.closeTarget', { targetId });
      await session.detach();
    },
  };
}

let lastId = 0;

async function evaluate(
  session: CDPSession,
  sessionId: string,
  expression: string,
): Promise<unknown> {
  const id = ++lastId;
  const response = Promise.withResolvers<string>();
  const listener = ({ message }: { message: string }) => {
    if ((JSON.parse(message) as { id?: number }).id === id) response.resolve(message);
  };
  session.on('Target.receivedMessageFromTarget', listener);
  const params = { expression, returnByValue: true };
  const message = JSON.stringify({ id, method: 'Runtime.evaluate', params });
  await session.send('Target.sendMessageToTarget', { sessionId, message });
  const { result, error } = JSON.parse(await response.promise) as {
    result?: { result: { value?: unknown } };
    error?: { message: string };
  };
  session.off('Target.receivedMessageFromTarget', listener);
  if (error && !/context|navigat/i.test(error.message)) throw new Error(error.message);
  return result?.result.value;
}
