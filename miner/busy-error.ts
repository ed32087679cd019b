import { UpstreamError } from './upstream-error.ts';

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
