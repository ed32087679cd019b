import { startAdmin } from '@dockercoins/common/admin';
import { readEnv } from '@dockercoins/common/env';
import { runService } from '@dockercoins/common/lifecycle';
import { listen } from '@dockercoins/common/listen';
import { openQueue } from '@dockercoins/common/queue';
import { checkRedis, hastyRedis } from '@dockercoins/common/redis';
import { createApp } from './app.ts';
import { createBoard } from './board.ts';
import { Broadcast } from './broadcast.ts';
import { settings } from './config.ts';
import { runLive } from './live.ts';
import { createQueueRoutes } from './queue-routes.ts';

await runService(
  'dashboard',
  () => readEnv(settings, process.env),
  async (config, life) => {
    const { log, onStop, stopping } = life;
    const redis = onStop.adopt(hastyRedis(config.REDIS_URL, log), (it) => it.disconnect());
    await startAdmin(config, life, { redis: () => checkRedis(redis) });

    const queue = onStop.adopt(openQueue(redis, log), (it) => it.close());
    const broadcast = new Broadcast();
    const password = config.BOARD_PASSWORD;
    const writable = password !== undefined;
    const board = createBoard(queue, writable);
    const queueRoutes = createQueueRoutes(queue);
    const pageDir = config.PAGE_DIR;
    const app = createApp({ redis, broadcast, board, queueRoutes, password, pageDir, log });
    const { port } = onStop.use(await listen(app, config.LISTEN_HOST, config.PORT, { log }));

    const live = runLive({ redis, queue, broadcast, writable, log }, stopping);
    onStop.defer(async () => {
      await live;
      broadcast.end();
    });
    log.info(
      `dashboard on port ${port}, Bull Board at /queues${writable ? ' with login' : ', read-only'}`,
    );
  },
);
