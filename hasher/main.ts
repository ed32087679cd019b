import { startAdmin } from '@dockercoins/common/service/admin';
import { readEnv } from '@dockercoins/common/service/env';
import { Gate } from '@dockercoins/common/http-service/gate';
import { registerGateMetrics } from '@dockercoins/common/http-service/metrics';
import { createVariations } from '@dockercoins/common/http-service/variations';
import { runService } from '@dockercoins/common/service/lifecycle';
import { listen } from '@dockercoins/common/service/listen';
import { replicaName } from '@dockercoins/common/log/replica-name';
import { warnOfVariations } from '@dockercoins/common/service/warn-of-variations';
import { createApp } from './app.ts';
import { configSchema } from './config.ts';

await runService(
  'hasher',
  () => readEnv(configSchema, process.env),
  async (config, life) => {
    const { log, cleanup, stopping, tracing } = life;
    const registry = await startAdmin(config, life);
    const gate = new Gate(config.HASHER_SLOTS, config.HASHER_WAITING);
    const instance = await replicaName(config.INSTANCE, 'hasher');
    const variations = createVariations(
      {
        delayMs: config.HASHER_DELAY_MS,
        distribution: config.HASHER_DELAY_DISTRIBUTION,
        errorRate: config.HASHER_ERROR_RATE,
        hangRate: config.HASHER_HANG_RATE,
        leakKb: config.HASHER_LEAK_KB,
        slowReplica: config.HASHER_SLOW_REPLICA,
        slowFactor: config.HASHER_SLOW_FACTOR,
        seed: config.VARIATION_SEED,
        show: config.SHOW_VARIATIONS,
      },
      instance,
    );
    warnOfVariations(variations?.shown, log);
    const app = createApp({
      gate,
      observe: registerGateMetrics(gate, registry),
      delayMs: config.HASHER_DELAY_MS,
      variations,
      stopping,
      instance,
      host: config.INSTANCE,
      log,
      tracing: tracing?.requests,
    });
    const { port } = cleanup.use(await listen(app, config.LISTEN_HOST, config.PORT, { log }));
    log.info(`HASHER running on ${config.INSTANCE}, port ${port}`);
  },
);
