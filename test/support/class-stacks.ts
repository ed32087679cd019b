/**
 * What a class page may find at the addresses of a class: stacks, as small servers with the figures of a simulation, and what is
 * there instead of one.
 * @module
 */
import type { RequestListener } from 'node:http';
import { summaryOf, type Summary } from '../../dashboard/frame/summary.ts';
import { pointsOf } from '../../dashboard/web/playground/run.ts';
import { Pipeline, type Happening } from '../../simulation/pipeline.ts';
import { frames } from '../../simulation/samples.ts';
import { planOf, type Scale } from '../../simulation/settings.ts';
import { startServer } from './http-server.ts';

export interface FakeStack extends AsyncDisposable {
  /** Address without a scheme, as people write it: `127.0.0.1:41234`. */
  address: string;
  /** Number of requests so far. */
  requests: number;
}

/** Answers every request with this, on a free port of 127.0.0.1. */
export async function startFakeStack(answer: RequestListener): Promise<FakeStack> {
  const server = await startServer((request, response) => {
    stack.requests++;
    answer(request, response);
  });
  const stack: FakeStack = { ...server, address: `127.0.0.1:${server.port}`, requests: 0 };
  return stack;
}

const FOR_ALL = { 'Access-Control-Allow-Origin': '*' };

/** Answers with a summary. */
export const withSummary =
  (summary: () => Summary): RequestListener =>
  (_request, response) =>
    response
      .writeHead(200, { ...FOR_ALL, 'Content-Type': 'application/json' })
      .end(JSON.stringify(summary()));

/** Answers with a status and a text, which all pages may read. */
export const withText =
  (status: number, text: string): RequestListener =>
  (_request, response) =>
    response.writeHead(status, FOR_ALL).end(text);

/**
 * Returns the summary of a stack after each of the last seconds of a simulation.
 * @param scale what runs for half a minute each, one after the other
 * @param happening what happens ten seconds before the end
 */
export function simulateSummaries(scale: Partial<Scale>[], happening?: Happening): Summary[] {
  const [first = {}] = scale;
  const pipeline = new Pipeline(planOf({ scale: first }));
  scale.forEach((replicas, n) => {
    for (const [service, count] of Object.entries(replicas)) {
      const change = { kind: 'scale', service: service as keyof Scale, replicas: count } as const;
      pipeline.at(30_000 * n + 1, change);
    }
  });
  const seconds = 30 * scale.length;
  if (happening !== undefined) pipeline.at(1000 * (seconds - 10), happening);
  const messages = [...frames(pipeline, seconds)];
  const points = pointsOf(messages);
  return messages.slice(-5).map((message) =>
    summaryOf(
      message,
      points.filter(({ at }) => at <= message.at),
    ),
  );
}
