/**
 * Bull Board at /queues. `access.ts` decides who may use it.
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

/** @param writable whether the board offers actions that change the queue */
export function createBoard(queues: LoopQueue[], writable: boolean): Hono {
  const serverAdapter = new HonoAdapter(serveStatic).setBasePath(BOARD_PATH);
  createBullBoard({
    queues: queues.map((queue) => new BullMQAdapter(queue, { readOnlyMode: !writable })),
    serverAdapter,
    options: {
      // By default the package locates its page with `require`, which a bundle does not have.
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

/** Leaves errors to the dashboard's own error handler. */
function rethrow(err: Error): never {
  throw err;
}

/** Removes the link to a font on another host, which our content security policy blocks. */
const withoutWebFont: MiddlewareHandler = async (c, next) => {
  await next();
  if (!c.res.headers.get('Content-Type')?.startsWith('text/html')) return;
  const page = await c.res.text();
  c.res = new Response(page.replace(/<link [^>]*https:[^>]*>/, ''), c.res);
};
