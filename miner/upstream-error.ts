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
