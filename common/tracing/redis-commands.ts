/**
 * Spans for Redis commands.
 *
 * The instrumentation that OpenTelemetry maintains patches ioredis while it is being loaded, which is impossible in a bundle.
 * ioredis itself publishes each command to a tracing channel, so these few lines suffice.
 * @module
 */
import { tracingChannel } from 'node:diagnostics_channel';
import { SpanKind, SpanStatusCode, trace, type Span } from '@opentelemetry/api';

/** What ioredis publishes. */
interface Command {
  /** For example `evalsha`. */
  command: string;
  database: number;
  serverAddress: string;
  serverPort: number | undefined;
  error?: Error;
}

/**
 * Records a span for each command of a recorded span. Others, such as blocking reads and reports, belong to no loop. The
 * arguments are left out: they contain random bytes and lock tokens.
 */
export function traceRedisCommands(): void {
  const tracer = trace.getTracer('ioredis');
  const spans = new WeakMap<Command, Span>();
  tracingChannel<Command>('ioredis:command').subscribe({
    start(message) {
      if (trace.getActiveSpan()?.isRecording() !== true) return;
      const { command, database, serverAddress, serverPort } = message;
      const span = tracer.startSpan(command.toUpperCase(), {
        kind: SpanKind.CLIENT,
        attributes: {
          'db.system.name': 'redis',
          'db.namespace': String(database),
          'db.operation.name': command.toUpperCase(),
          'server.address': serverAddress,
          'server.port': serverPort ?? 0,
        },
      });
      spans.set(message, span);
    },
    end: () => undefined,
    asyncStart: () => undefined,
    error(message) {
      const text = message.error?.message ?? '';
      spans.get(message)?.setStatus({ code: SpanStatusCode.ERROR, message: text });
    },
    asyncEnd: (message) => spans.get(message)?.end(),
  });
}
