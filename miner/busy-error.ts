import { UpstreamError } from './upstream-error.ts';

/** rng or hasher works, but has more to do than it can: the loop should come again later, and nothing failed. */
export class BusyError extends UpstreamError {
  override name = 'BusyError';
  /** Milliseconds to wait before the next request. */
  readonly retryAfterMs: number;

  constructor(method: string, url: string, reason: string, retryAfterMs: number) {
    super(method, url, reason);
    this.retryAfterMs = retryAfterMs;
  }
}
