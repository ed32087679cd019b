/**
 * rng and hasher as the miner sees them: one name, one or many replicas.
 * @module
 */
import { Agent, type Dispatcher } from 'undici';
import type { Replica } from '@dockercoins/common/contract';
import { parseServerTiming } from '@dockercoins/common/server-timing';
import { BusyError } from './busy-error.ts';
import { AnswerOverdueError, exchange } from './exchange.ts';
import { Targets, type Target } from './targets.ts';
import { UpstreamError } from './upstream-error.ts';

/** An answer, and where the time until it went. */
export interface Answer {
  url: string;
  body: Buffer;
  /** Milliseconds between the request and the answer that were not service: in the queue and on the way. */
  waitMs: number;
  /** Milliseconds of service, as the upstream told. */
  serviceMs: number;
  /** Undefined where the upstream does not sign its answers. */
  replica: Replica | undefined;
}

/** Answers are small; one that is larger than this is garbage. */
const MAX_ANSWER = 1_048_576;

/** Statuses below 500 that the same request may not get again. */
const PASSING_STATUSES = new Set([408, 425]);

/** Statuses of an upstream that has too much to do. */
const BUSY_STATUSES = new Set([429, 503]);

/** How long to leave a busy upstream alone if it does not say so itself. */
const RETRY_AFTER_MS = 1000;

/** The HTTP client that all upstreams share. It keeps connections open. */
export function createDispatcher(): Dispatcher {
  return new Agent({ maxResponseSize: MAX_ANSWER, connect: { timeout: 2000 } });
}

export class Upstream {
  readonly #targets: Targets;
  readonly #timeoutMs: number;
  readonly #dispatcher: Dispatcher;

  /**
   * @param origins one or several; all replicas behind them are used in turn
   * @param timeoutMs longest wait for a whole answer
   */
  constructor(origins: readonly string[], timeoutMs: number, dispatcher: Dispatcher) {
    this.#targets = new Targets(origins);
    this.#timeoutMs = timeoutMs;
    this.#dispatcher = dispatcher;
  }

  /** @throws {UpstreamError} where there is no answer in time, or none with status 200 */
  async request(
    method: 'GET' | 'POST',
    path: string,
    signal: AbortSignal,
    payload: Buffer | null = null,
  ): Promise<Answer> {
    const { origin, address, host } = await this.#nextTarget(method, path);
    const url = `${origin}${path}`;
    const asked = performance.now();
    let response;
    try {
      const headers =
        payload === null ? { host } : { host, 'content-type': 'application/octet-stream' };
      response = await exchange(
        this.#dispatcher,
        { origin: address, path, method, body: payload, headers },
        { signal, timeoutMs: this.#timeoutMs },
      );
    } catch (cause) {
      signal.throwIfAborted();
      const { message } = cause as Error;
      throw cause instanceof AnswerOverdueError
        ? new BusyError(method, url, message, RETRY_AFTER_MS)
        : new UpstreamError(method, url, message, { cause });
    }
    const took = performance.now() - asked;
    const { statusCode, headers, body } = response;
    if (BUSY_STATUSES.has(statusCode)) {
      const retryAfterMs = Number(headers['retry-after']) * 1000 || RETRY_AFTER_MS;
      throw new BusyError(method, url, `answered ${statusCode}, expected 200`, retryAfterMs);
    }
    if (statusCode !== 200) {
      throw new UpstreamError(method, url, `answered ${statusCode}, expected 200`, {
        retryable: statusCode >= 500 || PASSING_STATUSES.has(statusCode),
      });
    }
    const timing = parseServerTiming(String(headers['server-timing'] ?? ''));
    const serviceMs = Math.min(timing.service ?? took, took);
    const name = headers['x-served-by'];
    return {
      url,
      body,
      waitMs: took - serviceMs,
      serviceMs,
      replica: typeof name === 'string' ? { name, slots: timing.slots ?? 0 } : undefined,
    };
  }

  async #nextTarget(method: string, path: string): Promise<Target> {
    try {
      return await this.#targets.next();
    } catch (cause) {
      throw new UpstreamError(method, path, (cause as Error).message, { cause });
    }
  }
}
