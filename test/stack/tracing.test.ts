/**
 * Traces of loops: from the producer through the queue to the miner, rng, hasher, and Redis.
 * @module
 */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { freePort } from '../../local/free-port.ts';
import { startCollector, traceLines, tracesIn, type Collector } from '../../testing/collector.ts';
import { startTestRedis } from '../../testing/redis-server.ts';
import { startService } from '../../testing/service.ts';
import { startStackProcess } from '../../testing/stack.ts';
import { until } from '../../testing/until.ts';

/** The trace of a loop: who did what. */
const LOOP = [
  'producer add loops (producer)',
  '  miner process loops (consumer)',
  '    miner GET (client)',
  '      rng GET /:n (server)',
  '    miner POST (client)',
  '      hasher POST / (server)',
  '    miner complete loops (internal)',
  '      miner EVALSHA (client)',
];
/** That of a loop that found a coin also has the commands that claim, store and list it. */
const COIN = LOOP.toSpliced(
  6,
  0,
  ...['EVAL', 'HSET', 'EVAL'].map((command) => `    miner ${command} (client)`),
);

/** Resolves once there is a trace like this. The script that counts loops may be in any of them. */
const untilTrace = (collector: Collector, lines: string[]) =>
  until(
    `there is a trace like this:\n${lines.join('\n')}`,
    () =>
      tracesIn(collector).find((trace) => {
        const actual = traceLines(trace, ({ service }) => service);
        return actual.filter((line) => !line.includes('INCRBY')).join() === lines.join();
      }),
    30_000,
  );

function temporaryFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'dockercoins-tracing-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  return dir;
}

test('each loop is one trace, and what belongs to no loop is not recorded', async () => {
  await using collector = await startCollector();
  await using stack = await startStackProcess({
    args: ['--scale', 'miner=2'],
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20abc',
    },
  });
  const loop = await untilTrace(collector, LOOP);
  await untilTrace(collector, COIN);
  expect(await stack.stop('SIGTERM')).toBe(0);

  for (const trace of tracesIn(collector)) {
    const { service, name } = trace.find((span) => span.parentSpanId === undefined) ?? trace[0];
    if (service !== 'dashboard') expect(`${service} ${name}`).toBe('producer add loops');
    expect(trace.filter((span) => span.name === 'add loops').length).toBeLessThanOrEqual(1);
  }
  const byService = Object.groupBy(loop, ({ service }) => service);
  expect(byService['rng']?.[0]).toMatchObject({
    instance: 'rng-1',
    attributes: {
      'http.response.header.server-timing': expect.stringContaining('queue;dur=') as string,
    },
  });
  expect(byService['miner']?.[0]?.instance).toMatch(/^miner-[12]$/);
  expect(collector.headers.every(({ authorization }) => authorization === 'Bearer abc')).toBe(true);
});

test('traces follow OTEL_SERVICE_NAME and OTEL_TRACES_SAMPLER', async () => {
  await using collector = await startCollector();
  await using rng = await startService('rng/main.ts', {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
    OTEL_SERVICE_NAME: 'dice',
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: '0',
  });
  const request = async (flags: string) => {
    const traceparent = `00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-${flags}`;
    await fetch(`http://127.0.0.1:${rng.port}/8`, { headers: { traceparent } });
  };
  await request('00');
  await request('01');
  expect(await rng.stop()).toBe(0);
  expect(collector.spans).toMatchObject([
    { service: 'dice', name: 'GET /:n', parentSpanId: 'b7ad6b7169203331' },
  ]);
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
    await using stack = await startStackProcess({ env: { NODE_OPTIONS } });
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

/** Starts a server that accepts connections and never responds. */
async function startSilentServer() {
  const server = createServer();
  const sockets = new Set<{ destroy: () => void }>();
  server.on('connection', (socket) => sockets.add(socket.on('error', () => undefined)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

test.each([
  ['refuses connections', freePort],
  ['does not respond', startSilentServer],
])('if the collector %s, mining and shutdown are as usual', async (_name, getPort) => {
  const endpoint = `http://127.0.0.1:${await getPort()}`;
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_TIMEOUT: '1000' };
  await using stack = await startStackProcess({ env });
  const warnings = () => stack.lines.filter((line) => line.includes('cannot send traces'));
  await until('the miner warns', () => warnings().some((line) => line.includes('miner-1')), 30_000);
  await until(
    'the miner is as fast as ever',
    async () => ((await stack.frame())?.speed ?? 0) > 3,
    30_000,
  );
  expect(await stack.stop('SIGTERM')).toBe(0);
  for (const name of ['rng-1', 'hasher-1', 'producer-1', 'miner-1', 'dashboard-1']) {
    const lines = stack.lines.filter((line) => line.includes(name));
    expect(lines.filter((line) => line.includes('cannot send')).length).toBeLessThanOrEqual(1);
    expect(lines.at(-1)).toMatch(/stopped$/);
  }
});

test('bundles, as in the images, send the same traces', async () => {
  const folder = temporaryFolder();
  const bundle = (service: string) => {
    const outDir = join(folder, service);
    const flags = ['build', service, '-c', 'bundle.config.ts', '--outDir', outDir];
    execFileSync('node_modules/.bin/vite', flags, { stdio: 'ignore' });
    return join(outDir, 'main.mjs');
  };
  await using collector = await startCollector();
  await using redis = await startTestRedis();
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint, REDIS_URL: redis.url };
  await using rng = await startService(bundle('rng'), env);
  await using hasher = await startService(bundle('hasher'), env);
  await using producer = await startService(bundle('producer'), env);
  await using miner = await startService(bundle('miner'), {
    ...env,
    RNG_URL: `http://127.0.0.1:${rng.port}`,
    HASHER_URL: `http://127.0.0.1:${hasher.port}`,
  });
  await untilTrace(collector, LOOP);
  expect([await miner.stop(), await producer.stop()]).toEqual([0, 0]);
});
