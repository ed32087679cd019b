/**
 * Bull Board at /queues: to look at by default, to act with for who knows the password.
 * @module
 */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { HonoAdapter } from '@bull-board/hono';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';
import type { LoopQueue } from '@dockercoins/common/queue';
import { requireLogin } from './access.ts';

export const BOARD_PATH = '/queues';

/** @param password without one the board is open to all and every change is refused with 405 */
export function createBoard(queue: LoopQueue, password: string | undefined): Hono {
  const readOnlyMode = password === undefined;
  const serverAdapter = new HonoAdapter(serveStatic).setBasePath(BOARD_PATH);
  createBullBoard({
    queues: [new BullMQAdapter(queue, { readOnlyMode })],
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
  const board = new Hono({ strict: false });
  if (password !== undefined) board.use(requireLogin(password));
  board.route('/', serverAdapter.registerPlugin());
  return board;
}
