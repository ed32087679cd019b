/**
 * Pause and resume the queue from the page.
 * @module
 */
import { Hono } from 'hono';
import type { LoopQueue } from '@dockercoins/common/queue';

/** `POST /pause`, `POST /resume`: 204. */
export function createQueueRoutes(queue: LoopQueue): Hono {
  const routes = new Hono();
  routes.post('/pause', async (c) => {
    await queue.pause();
    return c.body(null, 204);
  });
  routes.post('/resume', async (c) => {
    await queue.resume();
    return c.body(null, 204);
  });
  return routes;
}
