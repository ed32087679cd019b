/**
 * One request to one replica of rng or hasher: a right answer, or what went wrong.
 * @module
 */
import type { Dispatcher } from 'undici';
import type { Replica } from '@dockercoins/common/contract';
import { parseServerTiming } from '@dockercoins/common/gate/server-timing';
import { BusyError } from './errors.ts';
import { httpRequest, type Limits, type HttpResponse } from './http.ts';
import type { Endpoint } from './load-balancer.ts';
import { UpstreamError } from './errors.ts';

/** A request that may be repeated. */
export interface UpstreamRequest {
  method: 'GET' | 'POST';
  path: string;
  payload?: Buffer;
  /** What is wrong with the body of an answer; undefined if nothing is. */
  whyInvalid: (body: Buffer) => string | undefined;
}

/** An answer, and where the time went. */
export interface UpstreamResponse {
  body: Buffer;
  /** Milliseconds between the request and the answer that were not service: in the queue and on the way. */
  waitMs: number;
  /** Milliseconds of service, as reported by the upstream. */
  serviceMs: number;
  /** Undefined if the upstream does not sign its answers. */
  replica: Replica | undefined;
}

/** Statuses below 500 that do not mean that the request is wrong. */
const PASSING_STATUSES = new Set([408, 425]);

/** The longest is a guard against a typo that would stop all miners for a day. */
const RETRY_AFTER_MS = { default: 1000, longest: 60_000 };

/**
 * Asks one replica once.
 * @throws {BusyError} if it has too much to do
 * @throws {UpstreamError} if it does not answer as it should
 */
export async function sendRequest(
  dispatcher: Dispatcher,
  { origin, address, host }: Endpoint,
  { method, path, payload, whyInvalid }: UpstreamRequest,
  limits: Limits,
): Promise<UpstreamResponse> {
  const url = `${origin}${path}`;
  const asked = performance.now();
  let response;
  try {
    const headers =
      payload === undefined ? { host } : { host, 'content-type': 'application/octet-stream' };
    response = await httpRequest(
      dispatcher,
      { origin: address, path, method, body: payload ?? null, headers },
      limits,
    );
  } catch (cause) {
    limits.signal.throwIfAborted();
    const { name, message } = cause as Error;
    if (name === 'TimeoutError') {
      const retryAfterMs = RETRY_AFTER_MS.default;
      throw new BusyError(method, url, message, { retryAfterMs, silent: true });
    }
    throw new UpstreamError(method, url, message, { cause });
  }
  const took = performance.now() - asked;
  if (response.statusCode !== 200) throw refusal(method, url, response);
  const { headers, body } = response;
  const flaw = whyInvalid(body);
  if (flaw !== undefined) throw new UpstreamError(method, url, flaw);
  const timing = parseServerTiming(String(headers['server-timing'] ?? ''));
  const serviceMs = Math.min(timing.service ?? took, took);
  const name = headers['x-served-by'];
  return {
    body,
    waitMs: took - serviceMs,
    serviceMs,
    replica: typeof name === 'string' ? { name, slots: timing.slots ?? 0 } : undefined,
  };
}

function refusal(
  method: string,
  url: string,
  { statusCode, headers }: HttpResponse,
): UpstreamError {
  const reason = `answered ${statusCode}, expected 200`;
  const retryAfter = headers['retry-after'];
  if (statusCode === 429 || (statusCode === 503 && retryAfter !== undefined)) {
    return new BusyError(method, url, reason, {
      retryAfterMs: retryAfterMs(retryAfter),
      silent: false,
    });
  }
  const retryable = statusCode >= 500 || PASSING_STATUSES.has(statusCode);
  return new UpstreamError(method, url, reason, { retryable });
}

/** `Retry-After` is a number of seconds or a date (RFC 9110, section 10.2.3). */
function retryAfterMs(header = ''): number {
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms)
    ? RETRY_AFTER_MS.default
    : Math.min(Math.max(0, ms), RETRY_AFTER_MS.longest);
}
