import { startAdmin } from '@dockercoins/common/service/admin';
import { readEnv } from '@dockercoins/common/service/env';
import { Gate } from '@dockercoins/common/gate/gate';
import { exposeGate } from '@dockercoins/common/gate/metrics';
import { runService } from '@dockercoins/common/service/lifecycle';
import { listen } from '@dockercoins/common/service/listen';
import { replicaName } from '@dockercoins/common/service/replica-name';
import { createApp } from './app.ts';
import { configSchema } from './config.ts';

await runService(
  'rng',
  () => readEnv(configSchema, process.env),
  async (config, life) => {
    const { log, onStop, tracing } = life;
    const registry = await startAdmin(config, life);
    const gate = new Gate(config.RNG_SLOTS, config.RNG_WAITING);
    const app = createApp({
      gate,
      observe: exposeGate(gate, registry),
      delayMs: config.RNG_DELAY_MS,
      instance: await replicaName(config.INSTANCE, 'rng'),
      host: config.INSTANCE,
      log,
      tracing: tracing?.requests,
    });
    const { port } = onStop.use(await listen(app, config.LISTEN_HOST, config.PORT, { log }));
    log.info(`RNG running on ${config.INSTANCE}, port ${port}`);
  },
);
