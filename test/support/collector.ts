/**
 * An OpenTelemetry collector for tests: receives traces over HTTP and keeps them.
 * @module
 */
import { json } from 'node:stream/consumers';
import { until } from '../../tools/stack/until.ts';
import { startServer } from './http-server.ts';

export interface ReceivedSpan {
  traceId: string;
  spanId: string;
  /** Undefined for the first span of a trace. */
  parentSpanId?: string;
  name: string;
  kind: string;
  /** Value of `service.name`. */
  service: string;
  /** Value of `service.instance.id`. */
  instance: string;
  /** Since 1970 (ms). */
  startMs: number;
  attributes: Record<string, unknown>;
}

export interface Collector extends AsyncDisposable {
  /** Value for OTEL_EXPORTER_OTLP_ENDPOINT. */
  endpoint: string;
  /** All spans so far. */
  spans: ReceivedSpan[];
  /** Headers of all requests so far. */
  headers: NodeJS.Dict<string | string[]>[];
}

/** The parts of OTLP's JSON encoding that are used here. */
interface Attribute {
  key: string;
  value: Record<string, unknown>;
}
interface Request {
  resourceSpans: {
    resource: { attributes: Attribute[] };
    scopeSpans: {
      spans: (Pick<ReceivedSpan, 'traceId' | 'spanId' | 'parentSpanId' | 'name'> & {
        kind: number;
        startTimeUnixNano: string;
        attributes: Attribute[];
      })[];
    }[];
  }[];
}

const KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'];

/** Starts a collector on a free port. */
export async function startCollector(): Promise<Collector> {
  const spans: ReceivedSpan[] = [];
  const headers: Collector['headers'] = [];
  const server = await startServer((request, response) => {
    const receive = (body: unknown) => {
      headers.push(request.headers);
      if (request.url === '/v1/traces') spans.push(...spansOf(body as Request));
      response.setHeader('Content-Type', 'application/json').end('{}');
    };
    json(request).then(receive, () => undefined); // a killed service may send half a request
  });
  return { ...server, endpoint: server.origin, spans, headers };
}

function spansOf({ resourceSpans }: Request): ReceivedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const about = valuesOf(resource.attributes);
    return scopeSpans.flatMap(({ spans }) =>
      spans.map(({ kind, startTimeUnixNano, attributes, ...span }) => ({
        ...span,
        kind: KINDS[kind] ?? '',
        service: String(about['service.name']),
        instance: String(about['service.instance.id']),
        startMs: Number(startTimeUnixNano) / 1e6,
        attributes: valuesOf(attributes),
      })),
    );
  });
}

const valuesOf = (attributes: Attribute[]) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));

type Trace = [ReceivedSpan, ...ReceivedSpan[]];

/** Returns the traces so far, each with its spans in order of their start. */
export function tracesIn({ spans }: Collector): Trace[] {
  const traces = Map.groupBy(spans, ({ traceId }) => traceId);
  return [...traces.values()].map((trace) => trace.sort((a, b) => a.startMs - b.startMs) as Trace);
}

/** Returns a trace as an indented tree, one line per span. Spans whose parent is missing are left out. */
export function traceLines(
  trace: ReceivedSpan[],
  prefix: (span: ReceivedSpan) => string,
): string[] {
  const below = (parent: string | undefined, indent: string): string[] =>
    trace
      .filter(({ parentSpanId }) => parentSpanId === parent)
      .flatMap((span) => [
        `${indent}${prefix(span)} ${span.name} (${span.kind})`,
        ...below(span.spanId, `${indent}  `),
      ]);
  return below(undefined, '');
}

/** The trace of a loop: who did what. */
export const LOOP_TRACE = [
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
export const COIN_TRACE = LOOP_TRACE.toSpliced(
  6,
  0,
  ...['EVAL', 'HSET', 'EVAL'].map((command) => `    miner ${command} (client)`),
);

/** Resolves once there is a trace like this. The script that counts loops may be in any of them. */
export const untilTrace = (collector: Collector, lines: string[]) =>
  until(`there is a trace like this:\n${lines.join('\n')}`, () =>
    tracesIn(collector).find((trace) => {
      const actual = traceLines(trace, ({ service }) => service);
      return actual.filter((line) => !line.includes('INCRBY')).join() === lines.join();
    }),
  );

/** Settings of quick loops, whose traces arrive soon. */
export const QUICK_TRACES = {
  RNG_DELAY_MS: '20',
  HASHER_DELAY_MS: '20',
  MINER_WORK_MS: '20',
  OTEL_BSP_SCHEDULE_DELAY: '200',
};
