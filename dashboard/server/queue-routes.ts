/**
 * Pause and resume the queue from the page.
 * @module
 */
import { Hono } from 'hono';
import { csrf } from 'hono/csrf';
import type { LoopQueue } from '@dockercoins/common/queue';
import { refuseChanges, requireLogin } from './access.ts';

/** `POST /pause`, `POST /resume`: 204. From other sites: 403. */
export function createQueueRoutes(queue: LoopQueue, password: string | undefined): Hono {
  const routes = new Hono();
  routes.use(password === undefined ? refuseChanges : requireLogin(password));
  routes.use(csrf());
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
