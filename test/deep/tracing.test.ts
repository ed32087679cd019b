/**
 * Traces of bundles, as they run in the images.
 * @module
 */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LOOP_TRACE, QUICK_TRACES, startCollector, untilTrace } from '../support/collector.ts';
import { startService } from '../support/service.ts';
import { takeRedis } from '../support/shared-redis.ts';

test('bundles, as in the images, send the same traces', async () => {
  await using undo = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'dockercoins-tracing-'));
  undo.defer(() => rm(folder, { recursive: true }));
  const bundle = (service: string) => {
    const outDir = join(folder, service);
    const flags = ['build', service, '-c', 'bundle.config.ts', '--outDir', outDir];
    execFileSync('node_modules/.bin/vite', flags, { stdio: 'ignore' });
    return join(outDir, 'main.mjs');
  };
  await using collector = await startCollector();
  await using redis = await takeRedis();
  const env = {
    ...QUICK_TRACES,
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
    REDIS_URL: redis.url,
  };
  await using rng = await startService(bundle('rng'), env);
  await using hasher = await startService(bundle('hasher'), env);
  await using producer = await startService(bundle('producer'), env);
  await using miner = await startService(bundle('miner'), {
    ...env,
    RNG_URL: `http://127.0.0.1:${rng.port}`,
    HASHER_URL: `http://127.0.0.1:${hasher.port}`,
  });
  await untilTrace(collector, LOOP_TRACE);
  expect([await miner.stop(), await producer.stop()]).toEqual([0, 0]);
});
