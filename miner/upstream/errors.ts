/**
 * How a request to rng or hasher can fail.
 * @module
 */

/** What undici's own error codes mean. Those of the system, such as ECONNREFUSED, are well known. */
const UNDICI_CODES: Record<string, string> = {
  UND_ERR_CONNECT_TIMEOUT: 'no connection in time',
  UND_ERR_SOCKET: 'connection closed',
};

/** A request to rng or hasher that failed. */
export class UpstreamError extends Error {
  override name = 'UpstreamError';
  readonly method: string;
  readonly url: string;
  /** In a few words: the code of a system error, such as `ECONNREFUSED`, or what was wrong with the response. */
  readonly reason: string;
  /** False if the same request would fail again. */
  readonly retryable: boolean;

  constructor(
    method: string,
    url: string,
    reason: string,
    options: { cause?: unknown; retryable?: boolean } = {},
  ) {
    super(`${method} ${url}: ${reason}`, { cause: options.cause });
    this.method = method;
    this.url = url;
    const { code } = (options.cause ?? {}) as NodeJS.ErrnoException;
    this.reason = code === undefined ? reason : (UNDICI_CODES[code] ?? code);
    this.retryable = options.retryable ?? true;
  }
}

/** rng or hasher is overloaded: the request is fine and may be repeated later. */
export class BusyError extends UpstreamError {
  override name = 'BusyError';
  /** How long to wait before the next request (ms). */
  readonly retryAfterMs: number;
  /** True if no response came in time, false if the request was refused. */
  readonly timedOut: boolean;

  constructor(
    method: string,
    url: string,
    reason: string,
    { retryAfterMs, timedOut }: Pick<BusyError, 'retryAfterMs' | 'timedOut'>,
  ) {
    super(method, url, reason);
    this.retryAfterMs = retryAfterMs;
    this.timedOut = timedOut;
  }
}
