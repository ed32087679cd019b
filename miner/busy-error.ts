import { UpstreamError } from './upstream-error.ts';

/** rng or hasher works but has too much to do. The request may be repeated later; nothing is wrong with it. */
export class BusyError extends UpstreamError {
  override name = 'BusyError';
  /** How long to wait before the next request, in milliseconds. */
  readonly retryAfterMs: number;

  constructor(method: string, url: string, reason: string, retryAfterMs: number) {
    super(method, url, reason);
    this.retryAfterMs = retryAfterMs;
  }
}
