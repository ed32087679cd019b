import { startAdmin } from '@dockercoins/common/admin';
import { readEnv } from '@dockercoins/common/env';
import { Gate } from '@dockercoins/common/gate';
import { runService } from '@dockercoins/common/lifecycle';
import { listen } from '@dockercoins/common/listen';
import { createApp } from './app.ts';
import { settings } from './config.ts';

await runService(
  'hasher',
  () => readEnv(settings, process.env),
  async (config, life) => {
    const { log, onStop } = life;
    await startAdmin(config, life);
    const app = createApp({
      gate: new Gate(config.HASHER_SLOTS),
      delayMs: config.HASHER_DELAY_MS,
      instance: config.INSTANCE,
      log,
    });
    const { port } = onStop.use(await listen(app, config.LISTEN_HOST, config.PORT));
    log.info(`HASHER running on ${config.INSTANCE}, port ${port}`);
  },
);
