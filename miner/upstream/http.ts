/**
 * HTTP requests with small responses, over undici's `dispatch`.
 *
 * `undici.request` creates a stream, an abort listener and two timers per request. For bodies of 32 or 64 bytes, that is
 * most of the work: `dispatch` handles 25 to 40% more request pairs per second (docs/performance.md).
 * @module
 */
import type { IncomingHttpHeaders } from 'node:http';
import { Agent, type Dispatcher } from 'undici';

/** Maximum size of a response in bytes. Valid responses of rng and hasher are far smaller. */
const MAX_RESPONSE = 1_048_576;

/** TCP resends a lost handshake packet after 1, 3 and 7 s. Once the network is back, a new attempt connects sooner. */
const CONNECT_TIMEOUT_MS = 2000;

export interface HttpResponse {
  statusCode: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface Limits {
  /** Cancels the request; the promise then rejects with the signal's reason. */
  signal: AbortSignal;
  /** Timeout for the complete response (ms). */
  timeoutMs: number;
}

/** Creates the HTTP client that all upstreams share. It keeps connections open. */
export function createDispatcher(): Dispatcher {
  return new Agent({ maxResponseSize: MAX_RESPONSE, connect: { timeout: CONNECT_TIMEOUT_MS } });
}

/**
 * Resolves to the complete response. A request that is canceled or times out closes its connection, which may be dead.
 * @throws {DOMException} a `TimeoutError` if there is a connection but no complete response in time
 * @throws {Error} if no connection can be made, or if it breaks
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
  let abortReason: Error | undefined;

  const abort = (reason: Error) => {
    abortReason = reason;
    fail(reason);
    controller?.abort(reason);
  };
  const cancel = () => abort(signal.reason as Error);
  const timer = setTimeout(() => {
    const ms = timeoutMs.toFixed();
    const isConnected = controller !== undefined;
    abort(
      isConnected
        ? new DOMException(`no complete response within ${ms} ms`, 'TimeoutError')
        : new Error(`no connection within ${ms} ms`),
    );
  }, timeoutMs);
  const settle = () => {
    clearTimeout(timer);
    signal.removeEventListener('abort', cancel);
  };
  const fail = (err: Error) => {
    settle();
    reject(err);
  };

  signal.addEventListener('abort', cancel);
  // undici's own timeouts, of five minutes, may be shorter than ours.
  dispatcher.dispatch(
    { ...request, headersTimeout: 0, bodyTimeout: 0 },
    {
      onRequestStart(started) {
        controller = started;
        if (abortReason !== undefined) started.abort(abortReason); // aborted while connecting
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
    },
  );
  return promise;
}
