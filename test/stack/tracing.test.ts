/**
 * Traces of loops: from the producer through the queue to the miner, rng, hasher, and Redis. `test/deep/tracing.test.ts` looks at
 * those of bundles and at failing collectors, `test/speed/collector-outage.test.ts` at the speed without a collector.
 * @module
 */
import { expect, test } from 'vitest';
import {
  COIN_TRACE,
  LOOP_TRACE,
  QUICK_TRACES,
  startCollector,
  tracesIn,
  untilTrace,
} from '../support/collector.ts';
import type { JobPath } from '../../dashboard/frame/job-path.ts';
import { startService } from '../support/service.ts';
import { startStackProcess } from '../../tools/stack/stack.ts';

test('each loop is one trace, and what belongs to no loop is not recorded', async () => {
  await using collector = await startCollector();
  await using stack = await startStackProcess({
    args: ['--scale', 'miner=2'],
    env: {
      ...QUICK_TRACES,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20abc',
    },
  });
  const loop = await untilTrace(collector, LOOP_TRACE);
  await untilTrace(collector, COIN_TRACE);
  const job = await fetch(`${stack.dashboard}/api/job?slowest`);
  const { trace: traceOfJob } = (await job.json()) as JobPath;
  expect(await stack.stop('SIGTERM')).toBe(0);

  expect(collector.spans.map(({ traceId }) => traceId)).toContain(traceOfJob);
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
