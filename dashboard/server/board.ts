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
import type { LoopQueue } from '@dockercoins/common/queue/queue';

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
  board.get(BASE_SCRIPT, (c) => c.body(ABSOLUTE_BASE, 200, { 'Content-Type': 'text/javascript' }));
  board.use(adaptPage);
  board.route('/', plugin);
  return board;
}

/** Leaves errors to the dashboard's own error handler. */
function rethrow(err: Error): never {
  throw err;
}

const BASE_SCRIPT = '/absolute-base.js';

/** Bull Board takes its own path from this attribute, and needs it absolute. Only the browser knows a proxy's prefix. */
const ABSOLUTE_BASE = `const base = document.querySelector('base');
base.setAttribute('href', new URL(base.href).pathname);
`;

/**
 * Makes the page's addresses relative, because a proxy may serve it under a path. Also removes the link to a font on another
 * host, which our content security policy blocks.
 */
const adaptPage: MiddlewareHandler = async (c, next) => {
  await next();
  if (!c.res.headers.get('Content-Type')?.startsWith('text/html')) return;
  const page = await c.res.text();
  const base = `<base href="${relativeBase(new URL(c.req.url).pathname)}" /><script src=".${BASE_SCRIPT}"></script>`;
  const adapted = page.replace(/<base [^>]*>/, base).replace(/<link [^>]*https:[^>]*>/, '');
  c.res = new Response(adapted, c.res);
};

/** Returns the address of Bull Board, relative to one of its pages. */
function relativeBase(path: string): string {
  const depth = path.split('/').length - `${BOARD_PATH}/`.split('/').length;
  return depth < 0 ? `.${BOARD_PATH}/` : './' + '../'.repeat(depth);
}
