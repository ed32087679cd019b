/**
 * One HTTP request with a small answer, by the shortest way that undici has: no stream for a body of
 * a few bytes.
 * @module
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';

export interface Response {
  statusCode: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** The upstream took the connection and did not answer in time. */
export class AnswerOverdueError extends Error {
  override name = 'AnswerOverdueError';
}

interface Limits {
  /** Gives up; the promise then rejects with its reason. */
  signal: AbortSignal;
  /** Longest time until the whole answer is here (ms). */
  timeoutMs: number;
}

/** Resolves with the whole answer. Rejects where there is none in time, with what went wrong. */
export function exchange(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  { signal, timeoutMs }: Limits,
): Promise<Response> {
  if (signal.aborted) return Promise.reject(signal.reason as Error);
  const { promise, resolve, reject } = Promise.withResolvers<Response>();
  const chunks: Buffer[] = [];
  let statusCode = 0;
  let headers: IncomingHttpHeaders = {};
  let controller: Dispatcher.DispatchController | undefined;
  let failure: Error | undefined;

  const giveUp = (reason: Error) => {
    failure = reason;
    fail(reason);
    controller?.abort(reason);
  };
  const cancel = () => giveUp(signal.reason as Error);
  const timer = setTimeout(
    () => giveUp(new AnswerOverdueError(`no whole answer within ${timeoutMs} ms`)),
    timeoutMs,
  );
  const settle = () => {
    clearTimeout(timer);
    signal.removeEventListener('abort', cancel);
  };
  const fail = (err: Error) => {
    settle();
    reject(err);
  };

  signal.addEventListener('abort', cancel);
  dispatcher.dispatch(request, {
    onRequestStart(started) {
      controller = started;
      if (failure !== undefined) started.abort(failure); // while it waited for a connection
    },
    onResponseStart(_controller, status, received) {
      statusCode = status;
      headers = received;
    },
    onResponseData(_controller, chunk) {
      chunks.push(chunk);
    },
    onResponseEnd() {
      settle();
      resolve({ statusCode, headers, body: Buffer.concat(chunks) });
    },
    onResponseError: (_controller, err) => fail(err),
  });
  return promise;
}
