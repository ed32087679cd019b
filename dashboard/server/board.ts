/**
 * Bull Board at /queues. Who may use it is decided before (`access.ts`).
 * @module
 */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { HonoAdapter } from '@bull-board/hono';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono, type MiddlewareHandler } from 'hono';
import type { LoopQueue } from '@dockercoins/common/queue';

export const BOARD_PATH = '/queues';

/** @param writable whether it shows what changes something, too */
export function createBoard(queue: LoopQueue, writable: boolean): Hono {
  const serverAdapter = new HonoAdapter(serveStatic).setBasePath(BOARD_PATH);
  createBullBoard({
    queues: [new BullMQAdapter(queue, { readOnlyMode: !writable })],
    serverAdapter,
    options: {
      // The package looks for its page with `require`, which a bundle does not have.
      uiBasePath: dirname(fileURLToPath(import.meta.resolve('@bull-board/ui/package.json'))),
      uiConfig: {
        boardTitle: 'DockerCoins',
        pollingInterval: { forceInterval: 2 },
        hideRedisDetails: true,
        showMetrics: true,
      },
    },
  });
  const plugin = serverAdapter.setErrorHandler(rethrow).registerPlugin();
  plugin.onError(rethrow);
  const board = new Hono({ strict: false });
  board.use(withoutWebFont);
  board.route('/', plugin);
  return board;
}

/** Errors are told by the dashboard, here as everywhere. */
function rethrow(err: Error): never {
  throw err;
}

/** The page asks another host for its font, which our policy forbids: it does without. */
const withoutWebFont: MiddlewareHandler = async (c, next) => {
  await next();
  if (!c.res.headers.get('Content-Type')?.startsWith('text/html')) return;
  const page = await c.res.text();
  c.res = new Response(page.replace(/<link [^>]*https:[^>]*>/, ''), c.res);
};
