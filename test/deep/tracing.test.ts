/**
 * Traces of bundles, as they run in the images, and stacks without a collector, or with one that does not respond.
 * @module
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Service } from '../../local/args.ts';
import { entryOf } from '../../local/plan.ts';
import { LOOP_TRACE, QUICK_TRACES, startCollector, untilTrace } from '../support/collector.ts';
import { expectUsualStop, outageSettings, untilMinerWarns } from '../support/collector-outage.ts';
import { startService } from '../support/service.ts';
import { takeRedis } from '../support/shared-redis.ts';
import { startSilentProxy } from '../support/silent-proxy.ts';
import { startStackProcess } from '../../tools/stack/stack.ts';
import { until } from '../../tools/stack/until.ts';

function temporaryFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'dockercoins-tracing-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  return dir;
}

test('bundles, as in the images, send the same traces', async () => {
  const folder = process.env['SERVICES_DIR'];
  if (!folder) throw new Error('SERVICES_DIR: expected the folder of the bundles');
  const bundle = (service: Service) => entryOf(service, folder);
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

test('without a collector, neither the SDK nor any instrumentation is loaded', async () => {
  const list = join(temporaryFolder(), 'loaded');
  const recorder = `
    import { appendFileSync } from 'node:fs';
    import { registerHooks } from 'node:module';
    registerHooks({ load(url, context, next) {
      appendFileSync(${JSON.stringify(list)}, url + '\\n');
      return next(url, context);
    } });`;
  const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(recorder)}`;
  const loaded = () => (existsSync(list) ? readFileSync(list, 'utf8').split('\n') : []);
  // prom-client always loads the API package, whose functions do nothing without an SDK.
  const ofOpenTelemetry = () =>
    loaded().filter((url) =>
      /@opentelemetry\/(?!api\/)|open-telemetry|otel|in-the-middle/.test(url),
    );

  {
    await using stack = await startStackProcess({ env: { NODE_OPTIONS, SERVICES_DIR: '' } });
    await until('a loop is counted', async () => ((await stack.frame())?.loops ?? 0) > 0);
  }
  for (const file of ['rng/main.ts', 'miner/worker.ts', 'common/tracing/tracing.ts']) {
    expect(loaded().some((url) => url.endsWith(file))).toBe(true);
  }
  expect(ofOpenTelemetry()).toEqual([]);

  // Otherwise, this test would see it.
  await using collector = await startCollector();
  const env = { NODE_OPTIONS, OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint };
  {
    await using rng = await startService('rng/main.ts', env);
    expect(rng.port).toBeGreaterThan(0);
  }
  expect(ofOpenTelemetry()).not.toEqual([]);
});

test('if the collector does not respond, mining and shutdown are as usual', async () => {
  await using collector = await startSilentProxy(0);
  collector.cut();
  await using stack = await startStackProcess({
    env: { ...QUICK_TRACES, ...outageSettings(collector.port) },
  });
  await untilMinerWarns(stack);
  const { loops } = await until('the dashboard has a frame', stack.frame);
  await until('mining goes on', async () => ((await stack.frame())?.loops ?? 0) > loops + 20);
  await expectUsualStop(stack);
});
