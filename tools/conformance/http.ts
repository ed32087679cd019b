/**
 * Requests to the part under test, with the time each took.
 * @module
 */
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

/** A part that speaks HTTP. */
export interface HttpTarget {
  /** Such as `http://localhost:8001`. */
  origin: string;
}

/** rng or hasher. */
export interface DelayedTarget extends HttpTarget {
  /** The part's delay by setting (ms). */
  delayMs: number;
}

export interface Question {
  path: string;
  method?: 'GET' | 'HEAD' | 'POST';
  /** Sent piece by piece, with the length of all pieces as `Content-Length`. */
  body?: Buffer[];
}

export interface Answer {
  status: number;
  /** Values of `Content-Type` and `Content-Length`. */
  type: string | undefined;
  length: string | undefined;
  body: Buffer;
  /** When the request began and when the whole response was received, by `performance.now()`. */
  askedAt: number;
  answeredAt: number;
}

/**
 * Sends one request on a connection of its own, so it makes no difference whether the server keeps connections open.
 * @throws the error of the connection, or an AbortError
 */
export async function ask(
  origin: string,
  question: Question,
  signal: AbortSignal,
): Promise<Answer> {
  const { sent, answer } = send(origin, question, signal);
  sent.catch(() => undefined); // then there may still be an answer
  return answer;
}

/**
 * Sends requests on connections of their own, each `gapMs` after the one before it was sent, so that they arrive in this
 * order. Resolves to the responses in the same order.
 */
export async function askAll(
  origin: string,
  questions: readonly Question[],
  gapMs: number,
  signal: AbortSignal,
): Promise<Answer[]> {
  const answers: Promise<Answer>[] = [];
  for (const question of questions) {
    const { sent, answer } = send(origin, question, signal);
    answer.catch(() => undefined); // reported below
    answers.push(answer);
    await sent;
    await sleep(gapMs, undefined, { signal });
  }
  return Promise.all(answers);
}

function send(origin: string, { path, method = 'GET', body = [] }: Question, signal: AbortSignal) {
  const askedAt = performance.now();
  const headers = {
    'Content-Type': 'application/octet-stream',
    'Content-Length': Buffer.concat(body).length,
  };
  const outgoing = request(new URL(path, origin), {
    method,
    signal,
    agent: false,
    ...(method === 'POST' && { headers }),
  });
  outgoing.on('error', () => undefined); // also rejects the promises below
  const sent = async () => {
    for (const piece of body) {
      outgoing.write(piece);
      await sleep(1, undefined, { signal }); // so that the pieces arrive one by one
    }
    outgoing.end();
    await once(outgoing, 'finish');
  };
  const answer = async (): Promise<Answer> => {
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    const { statusCode: status = 0, headers } = response;
    return {
      status,
      type: headers['content-type'],
      length: headers['content-length'],
      body: await buffer(response),
      askedAt,
      answeredAt: performance.now(),
    };
  };
  return { sent: sent(), answer: answer() };
}
