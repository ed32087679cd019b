/**
 * One request to one replica of rng or hasher: a valid response, or a typed error.
 * @module
 */
import type { Dispatcher } from 'undici';
import type { Replica } from '@dockercoins/common/reports';
import { parseServerTiming } from '@dockercoins/common/http-service/server-timing';
import { BusyError, UpstreamError } from './errors.ts';
import { httpRequest, type HttpResponse, type Limits } from './http.ts';
import type { Endpoint } from './load-balancer.ts';

/** A request that may be repeated. */
export interface UpstreamRequest {
  method: 'GET' | 'POST';
  path: string;
  payload?: Buffer;
  /** Returns what is wrong with the body of a response; undefined if it is valid. */
  validate: (body: Buffer) => string | undefined;
}

/** A valid response, and where the time went. */
export interface UpstreamResponse {
  body: Buffer;
  /** Time between request and response that was not service: queueing and network (ms). */
  waitMs: number;
  /** Service time (ms), as reported by the replica; the whole time if it reports none. */
  serviceMs: number;
  /** True if the replica reports its service time. */
  timed: boolean;
  /** Undefined if the replica does not give its name. */
  replica: Replica | undefined;
}

/** Client errors that may not recur on a retry (RFC 9110, RFC 8470): Request Timeout, Too Early. */
const RETRYABLE_CLIENT_ERRORS = new Set([408, 425]);

/** The maximum guards against a `Retry-After` that would stop all miners for a day. */
const RETRY_AFTER_MS = { default: 1000, max: 60_000 };

/**
 * Sends a request to one replica, once.
 * @throws {BusyError} if the replica is overloaded
 * @throws {UpstreamError} if it cannot be reached or its response is invalid
 */
export async function sendRequest(
  dispatcher: Dispatcher,
  { origin, address, host }: Endpoint,
  { method, path, payload, validate }: UpstreamRequest,
  limits: Limits,
): Promise<UpstreamResponse> {
  const url = `${origin}${path}`;
  const type = payload && { 'content-type': 'application/octet-stream' };
  const sentAt = performance.now();
  let response: HttpResponse;
  try {
    response = await httpRequest(
      dispatcher,
      { origin: address, path, method, body: payload ?? null, headers: { host, ...type } },
      limits,
    );
  } catch (cause) {
    limits.signal.throwIfAborted();
    const { name, message } = cause as Error;
    if (name !== 'TimeoutError') throw new UpstreamError(method, url, message, { cause });
    const retryAfterMs = RETRY_AFTER_MS.default;
    throw new BusyError(method, url, message, { retryAfterMs, timedOut: true });
  }
  const tookMs = performance.now() - sentAt;
  const { statusCode, headers, body } = response;
  if (statusCode !== 200) throw errorOf(method, url, response);
  const reason = validate(body);
  if (reason !== undefined) throw new UpstreamError(method, url, reason);

  const header = String(headers['server-timing'] ?? '');
  const { service, slots = null, delay = null, cpu = null, variations } = parseServerTiming(header);
  const serviceMs = Math.min(service ?? tookMs, tookMs);
  const name = headers['x-served-by'];
  const replica =
    typeof name === 'string'
      ? { name, slots, delayMs: delay, cpu, address, variations }
      : undefined;
  const timed = service !== undefined;
  return { body, waitMs: tookMs - serviceMs, serviceMs, timed, replica };
}

function errorOf(method: string, url: string, { statusCode, headers }: HttpResponse) {
  const reason = `expected status 200, got ${statusCode}`;
  const retryAfter = headers['retry-after'];
  if (statusCode === 429 || (statusCode === 503 && retryAfter !== undefined)) {
    const retryAfterMs = parseRetryAfter(retryAfter);
    return new BusyError(method, url, reason, { retryAfterMs, timedOut: false });
  }
  const retryable = statusCode >= 500 || RETRYABLE_CLIENT_ERRORS.has(statusCode);
  return new UpstreamError(method, url, reason, { retryable });
}

/** Returns milliseconds. `Retry-After` is a number of seconds or a date (RFC 9110, section 10.2.3). */
function parseRetryAfter(header = ''): number {
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? RETRY_AFTER_MS.default : Math.min(Math.max(0, ms), RETRY_AFTER_MS.max);
}
