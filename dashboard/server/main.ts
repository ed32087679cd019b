import { startAdmin } from '@dockercoins/common/service/admin';
import { readEnv } from '@dockercoins/common/service/env';
import { runService } from '@dockercoins/common/service/lifecycle';
import { listen } from '@dockercoins/common/service/listen';
import { openQueue } from '@dockercoins/common/queue';
import { checkRedis, failFastRedis } from '@dockercoins/common/redis';
import { createApp } from './app.ts';
import { createBoard } from './board.ts';
import { Broadcast } from './broadcast.ts';
import { configSchema } from './config.ts';
import { runLive } from './live.ts';
import { createQueueRoutes } from './queue-routes.ts';

await runService(
  'dashboard',
  () => readEnv(configSchema, process.env),
  async (config, life) => {
    const { log, onStop, stopping } = life;
    const redis = onStop.adopt(failFastRedis(config.REDIS_URL, log), (it) => it.disconnect());
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
