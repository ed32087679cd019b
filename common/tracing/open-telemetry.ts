/**
 * Sets up OpenTelemetry's SDK. Loaded only if traces are sent.
 *
 * Nothing here patches modules while they are loaded, because images contain bundles, in which there is nothing to patch.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { httpInstrumentationMiddleware } from '@hono/otel';
import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  ExportResultCode,
  parseKeyPairsIntoRecord,
  W3CTraceContextPropagator,
} from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { BullMQOtel } from 'bullmq-otel';
import type { Logger } from '../log/log.ts';
import { replicaName } from '../log/replica-name.ts';
import { WarnOnce } from '../log/warn-once.ts';
import { addJobs } from './jobs.ts';
import { traceRedisCommands } from './redis-commands.ts';
import { createSampler } from './sampler.ts';
import type { Tracing, TracingConfig } from './tracing.ts';

/** How often spans are sent (ms); OpenTelemetry's default of 5 s is long to wait for a loop of 0.3 s. */
const SEND_EVERY_MS = 1000;

/** How long a shutdown waits for the collector (ms). A miner may need 7 s of the 10 s for its loops. */
const FLUSH_MS = 1000;

/** Starts sending traces to `endpoint`. If the collector does not respond, spans are dropped, and one warning is logged. */
export async function startOpenTelemetry(
  service: string,
  endpoint: string,
  config: TracingConfig,
  log: Logger,
): Promise<Tracing> {
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      'service.name': config.OTEL_SERVICE_NAME || service,
      'service.instance.id': await replicaName(config.INSTANCE, service),
    }),
    sampler: createSampler(config.OTEL_TRACES_SAMPLER, config.OTEL_TRACES_SAMPLER_ARG),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: new WarningExporter(endpoint, config.OTEL_EXPORTER_OTLP_HEADERS, log),
        scheduledDelayMillis: SEND_EVERY_MS,
      }),
    ],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(provider);
  new UndiciInstrumentation({ requireParentforSpans: true });
  traceRedisCommands();
  return {
    requests: httpInstrumentationMiddleware({
      captureResponseHeaders: ['server-timing', 'x-served-by'],
    }),
    worker: new BullMQOtel(),
    addJobs,
    async [Symbol.asyncDispose]() {
      await Promise.race([provider.shutdown().catch(() => undefined), sleep(FLUSH_MS)]);
    },
  };
}

/** Logs the first of a series of failures, and the recovery. */
class WarningExporter extends OTLPTraceExporter {
  readonly #warnings: WarnOnce;

  constructor(endpoint: string, headers: string | undefined, log: Logger) {
    super({
      url: `${endpoint.replace(/\/$/, '')}/v1/traces`,
      headers: parseKeyPairsIntoRecord(headers),
    });
    this.#warnings = new WarnOnce(log, `cannot send traces to ${new URL(endpoint).host}`);
  }

  override export(...[spans, done]: Parameters<OTLPTraceExporter['export']>): void {
    super.export(spans, (result) => {
      if (result.code === ExportResultCode.SUCCESS) this.#warnings.recovered();
      else this.#warnings.warn(result.error);
      done(result);
    });
  }
}
