/**
 * One HTTP request with a small answer. This is undici's shortest path: a body of a few bytes needs no stream.
 * @module
 */
import type { IncomingHttpHeaders } from 'node:http';
import { Agent, type Dispatcher } from 'undici';

/** Answers are small; anything larger than this is garbage. */
const MAX_ANSWER = 1_048_576;

/** A lost SYN is repeated after 1 s. After an outage, the system's own pauses between them would be far longer. */
const CONNECT_TIMEOUT_MS = 2000;

export interface HttpResponse {
  statusCode: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface Limits {
  /** Cancels the request; the promise then rejects with the signal's reason. */
  signal: AbortSignal;
  /** Longest time until the whole answer has arrived (ms). */
  timeoutMs: number;
}

/** The HTTP client shared by all upstreams. It keeps connections open. */
export function createDispatcher(): Dispatcher {
  return new Agent({ maxResponseSize: MAX_ANSWER, connect: { timeout: CONNECT_TIMEOUT_MS } });
}

/**
 * Resolves to the whole answer. A request that is canceled or too slow takes its connection with it, because the
 * connection may be dead.
 * @throws {DOMException} a `TimeoutError` if the server accepted the request but did not answer it in time
 * @throws {Error} if there is no connection, or if it breaks
 */
export function httpRequest(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  { signal, timeoutMs }: Limits,
): Promise<HttpResponse> {
  if (signal.aborted) return Promise.reject(signal.reason as Error);
  const { promise, resolve, reject } = Promise.withResolvers<HttpResponse>();
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
  const timeOut = () =>
    giveUp(
      controller === undefined
        ? new Error(`no connection within ${timeoutMs.toFixed()} ms`)
        : new DOMException(`no whole answer within ${timeoutMs.toFixed()} ms`, 'TimeoutError'),
    );
  const timer = setTimeout(timeOut, timeoutMs);
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
      if (failure !== undefined) started.abort(failure); // while connecting
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
