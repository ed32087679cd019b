/** A request to rng or hasher that failed. */
export class UpstreamError extends Error {
  override name = 'UpstreamError';
  readonly method: string;
  readonly url: string;
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
    this.retryable = options.retryable ?? true;
  }
}

/** rng or hasher works but has too much to do. The request may be repeated later; nothing is wrong with it. */
export class BusyError extends UpstreamError {
  override name = 'BusyError';
  /** How long to wait before the next request, in milliseconds. */
  readonly retryAfterMs: number;
  /** True if there was no answer in time, false if the answer was a refusal. */
  readonly silent: boolean;

  constructor(
    method: string,
    url: string,
    reason: string,
    { retryAfterMs, silent }: Pick<BusyError, 'retryAfterMs' | 'silent'>,
  ) {
    super(method, url, reason);
    this.retryAfterMs = retryAfterMs;
    this.silent = silent;
  }
}
