import { startAdmin } from '@dockercoins/common/service/admin';
import { readEnv } from '@dockercoins/common/service/env';
import { runService } from '@dockercoins/common/service/lifecycle';
import { listen } from '@dockercoins/common/service/listen';
import { openQueues } from '@dockercoins/common/queue/queue';
import { checkRedis, failFastRedis } from '@dockercoins/common/queue/redis';
import { createApp } from './app.ts';
import { Broadcast } from './broadcast.ts';
import { commandsOf } from '../frame/commands.ts';
import { configSchema } from './config.ts';
import { runLive } from './live.ts';
import { registerDashboardMetrics } from './metrics.ts';

await runService(
  'dashboard',
  () => readEnv(configSchema, process.env),
  async (config, life) => {
    const { log, cleanup, stopping, tracing } = life;
    const redis = cleanup.adopt(failFastRedis(config, log), (it) => it.disconnect());
    const registry = await startAdmin(config, life, { redis: () => checkRedis(redis) });

    const queues = openQueues(redis, config.QUEUES, log);
    for (const queue of queues) cleanup.adopt(queue, (it) => it.close());
    const broadcast = new Broadcast();
    registerDashboardMetrics({ redis, queues, broadcast, log }, registry);
    const { BOARD_PASSWORD: password, PAGE_DIR: pageDir } = config;
    const options = { redis, queues, broadcast, password, pageDir, log };
    const app = createApp({ ...options, tracing: tracing?.requests });
    const { port } = cleanup.use(await listen(app, config.LISTEN_HOST, config.PORT, { log }));

    const writable = password !== undefined;
    const { SHOW_PROBLEMS: showProblems, STARTED_WITH } = config;
    const commands = commandsOf(STARTED_WITH, config);
    const shared = { redis, queues, broadcast, log };
    const live = runLive({ ...shared, writable, commands, showProblems }, stopping);
    cleanup.defer(async () => {
      await live;
      broadcast.end();
    });
    log.info(
      `dashboard on port ${port}, Bull Board at /queues${writable ? ' with login' : ', read-only'}`,
    );
  },
);
