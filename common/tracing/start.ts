/**
 * Traces of loops, from the producer to the miner, rng and hasher, sent to an OpenTelemetry collector.
 *
 * The SDK and the instrumentations are loaded only if `OTEL_EXPORTER_OTLP_ENDPOINT` is set.
 * @module
 */
import type { Logger } from '../log/log.ts';
import type { Tracing, TracingConfig } from './tracing.ts';

/** Starts tracing; resolves to undefined if no collector is set. Must run before clients and servers are created. */
export async function startTracing(
  service: string,
  config: TracingConfig,
  log: Logger,
): Promise<Tracing | undefined> {
  if (config.OTEL_EXPORTER_OTLP_ENDPOINT === undefined) return undefined;
  const { startOpenTelemetry } = await import('./open-telemetry.ts');
  return startOpenTelemetry(service, config.OTEL_EXPORTER_OTLP_ENDPOINT, config, log);
}
