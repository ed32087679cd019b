/**
 * A trace for each job.
 * @module
 */
import {
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import type { Tracing } from './tracing.ts';

/**
 * BullMQ's own tracing of `addBulk` would put all jobs of a chunk, which can be hundreds, into one trace. So each job gets a
 * root span of its own, which lasts until the chunk is added, and carries its context in the place that BullMQ's
 * workers read.
 */
export const addJobs: Tracing['addJobs'] = async (queue, jobs, add) => {
  const tracer = trace.getTracer('producer');
  const spans = jobs.map(() =>
    tracer.startSpan(`add ${queue}`, {
      kind: SpanKind.PRODUCER,
      root: true,
      attributes: { 'messaging.system': 'bullmq', 'messaging.destination.name': queue },
    }),
  );
  const traced = jobs.map((job, index) => {
    const carrier = {};
    const span = spans[index];
    if (span !== undefined) propagation.inject(trace.setSpan(ROOT_CONTEXT, span), carrier);
    return { ...job, opts: { ...job.opts, telemetry: { metadata: JSON.stringify(carrier) } } };
  });
  try {
    const added = await context.with(suppressTracing(context.active()), () => add(traced));
    for (const [index, { id = '' }] of added.entries()) {
      spans[index]?.setAttribute('messaging.message.id', id);
    }
  } catch (err) {
    for (const span of spans) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: (err as Error).message });
    }
    throw err;
  } finally {
    for (const span of spans) span.end();
  }
};
