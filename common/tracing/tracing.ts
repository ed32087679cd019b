/**
 * What a service gives its tracing, and what it gets.
 * @module
 */
import type { BulkJobOptions, Telemetry } from 'bullmq';
import type { MiddlewareHandler } from 'hono';

/** The settings of tracing. They are OpenTelemetry's standard variables. */
export interface TracingConfig {
  INSTANCE: string;
  OTEL_EXPORTER_OTLP_ENDPOINT: string | undefined;
  OTEL_EXPORTER_OTLP_HEADERS: string | undefined;
  OTEL_SERVICE_NAME: string;
  OTEL_TRACES_SAMPLER: SamplerName;
  OTEL_TRACES_SAMPLER_ARG: number;
}

export const SAMPLERS = [
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
  'always_on',
  'always_off',
  'traceidratio',
] as const;
export type SamplerName = (typeof SAMPLERS)[number];

/** What a service needs to take part in traces. Disposal sends what is left. */
export interface Tracing extends AsyncDisposable {
  /** Traces requests to a server. Must be the first middleware of its app. */
  requests: MiddlewareHandler;
  /** Traces a BullMQ worker: each run of a job becomes part of the job's trace. */
  worker: Telemetry;
  /** Starts a trace for each of these jobs, then adds them to the queue of this name with `add`. */
  addJobs: <J extends { opts: BulkJobOptions }>(
    queue: string,
    jobs: J[],
    add: (jobs: J[]) => Promise<{ id?: string | undefined }[]>,
  ) => Promise<void>;
}
