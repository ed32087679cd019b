/**
 * rng and hasher as the miner sees them: one name, one or many replicas.
 * @module
 */
import type { Dispatcher } from 'undici';
import type { Replica } from '@dockercoins/common/contract';
import type { Logger } from '@dockercoins/common/log';
import { parseServerTiming } from '@dockercoins/common/server-timing';
import { BusyError } from './busy-error.ts';
import { Circuit } from './circuit.ts';
import { exchange, type Response } from './exchange.ts';
import { Targets, type Place, type Target } from './targets.ts';
import { UpstreamError } from './upstream-error.ts';

/** A request that may be repeated. */
export interface Question {
  method: 'GET' | 'POST';
  path: string;
  payload?: Buffer;
  /** What is wrong with the body of an answer; undefined if nothing is. */
  flawOf: (body: Buffer) => string | undefined;
}

/** An answer, and where the time went. */
export interface Answer {
  body: Buffer;
  /** Milliseconds between the request and the answer that were not service: in the queue and on the way. */
  waitMs: number;
  /** Milliseconds of service, as reported by the upstream. */
  serviceMs: number;
  /** Undefined if the upstream does not sign its answers. */
  replica: Replica | undefined;
}

/** A try that failed, and how long it took. */
interface Failure {
  err: UpstreamError;
  ms: number;
}

/** A replica is given up early if its answer takes this many times as long as the slowest of the recent ones. */
const PATIENCE = 3;
/** No replica is given up earlier than this (ms). */
const LEAST_PATIENCE_MS = 1000;
/** The slowest of the recent answers counts less with each answer. Ten loops of a single miner take 3 s and leave a third. */
const FADE = 0.9;

/** Statuses below 500 that do not mean that the request is wrong. */
const PASSING_STATUSES = new Set([408, 425]);

interface UpstreamOptions {
  /** One or several; all replicas behind them are used in turn. */
  origins: readonly string[];
  /** Longest wait for the whole answer of one replica (ms). */
  timeoutMs: number;
  dispatcher: Dispatcher;
  log: Logger;
}

export class Upstream implements Disposable {
  readonly #targets: Targets;
  readonly #timeoutMs: number;
  readonly #dispatcher: Dispatcher;
  #slowestMs = 0;

  constructor({ origins, timeoutMs, dispatcher, log }: UpstreamOptions) {
    this.#timeoutMs = timeoutMs;
    this.#dispatcher = dispatcher;
    this.#targets = new Targets(origins, (place) => {
      const probe = (signal: AbortSignal) => this.#probe(place, signal);
      return new Circuit({ name: place.address, probe, log });
    });
  }

  /**
   * Repeats a request that fails at another replica. Once that one answers, the circuits of those that failed are opened.
   * @throws {BusyError} if no replica has time for the request
   * @throws {UpstreamError} if no replica answers as it should
   */
  async request(question: Question, signal: AbortSignal): Promise<Answer> {
    const failed = new Map<Target, Failure>();
    let began: number | undefined;
    for (;;) {
      const target = await this.#nextTarget(question, failed);
      const asked = performance.now();
      began ??= asked;
      // Two full waits are enough to say that everything is overloaded.
      if (target === undefined || asked - began >= 2 * this.#timeoutMs) throw errorOf(failed);
      try {
        const patienceMs = this.#targets.hasAnother(target, failed)
          ? this.#patienceMs(failed.size)
          : this.#timeoutMs;
        const answer = await this.#ask(target, question, signal, patienceMs);
        this.#learn(target, answer.waitMs + answer.serviceMs, failed);
        answer.waitMs += asked - began;
        return answer;
      } catch (err) {
        if (!(err instanceof UpstreamError)) throw err;
        failed.set(target, { err, ms: performance.now() - asked });
      }
    }
  }

  /** Doubles with each failure: if the load has grown suddenly, all replicas are slower than they were. */
  #patienceMs(failures: number): number {
    const patience = Math.max(LEAST_PATIENCE_MS, PATIENCE * this.#slowestMs) * 2 ** failures;
    return Math.min(patience, this.#timeoutMs);
  }

  /** A busy replica is no worse than the others unless one of them answered in less time than was wasted on it. */
  #learn(target: Target, tookMs: number, failed: Map<Target, Failure>): void {
    this.#slowestMs = Math.max(tookMs, FADE * this.#slowestMs);
    target.circuit.close();
    for (const [{ circuit }, { err, ms }] of failed) {
      if (!(err instanceof BusyError) || tookMs < ms) circuit.open(err);
    }
  }

  async #ask(
    { origin, address, host }: Target,
    { method, path, payload, flawOf }: Question,
    signal: AbortSignal,
    timeoutMs: number,
  ): Promise<Answer> {
    const url = `${origin}${path}`;
    const asked = performance.now();
    let response;
    try {
      const headers =
        payload === undefined ? { host } : { host, 'content-type': 'application/octet-stream' };
      response = await exchange(
        this.#dispatcher,
        { origin: address, path, method, body: payload ?? null, headers },
        { signal, timeoutMs },
      );
    } catch (cause) {
      signal.throwIfAborted();
      const { name, message } = cause as Error;
      if (name === 'TimeoutError')
        throw new BusyError(method, url, message, RETRY_AFTER_MS.default);
      throw new UpstreamError(method, url, message, { cause });
    }
    const took = performance.now() - asked;
    if (response.statusCode !== 200) throw refusal(method, url, response);
    const { headers, body } = response;
    const flaw = flawOf(body);
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

  /** `HEAD /` waits for its turn in rng's queue, but takes no time of its own. */
  async #probe({ address, host }: Place, signal: AbortSignal): Promise<boolean> {
    try {
      const { statusCode } = await exchange(
        this.#dispatcher,
        { origin: address, path: '/', method: 'HEAD', headers: { host } },
        { signal, timeoutMs: this.#patienceMs(0) },
      );
      return statusCode < 500;
    } catch {
      return false;
    }
  }

  async #nextTarget(
    { method, path }: Question,
    failed: Map<Target, Failure>,
  ): Promise<Target | undefined> {
    try {
      return await this.#targets.next(failed);
    } catch (cause) {
      throw new UpstreamError(method, path, (cause as Error).message, { cause });
    }
  }

  /** Ends all probes. */
  [Symbol.dispose](): void {
    this.#targets[Symbol.dispose]();
  }
}

/** The longest is a guard against a typo that would stop all miners for a day. */
const RETRY_AFTER_MS = { default: 1000, longest: 60_000 };

function refusal(method: string, url: string, { statusCode, headers }: Response): UpstreamError {
  const reason = `answered ${statusCode}, expected 200`;
  const retryAfter = headers['retry-after'];
  if (statusCode === 429 || (statusCode === 503 && retryAfter !== undefined)) {
    return new BusyError(method, url, reason, retryAfterMs(retryAfter));
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

/** The error with the most hope: a replica that is only busy, or else one that may answer next time. */
function errorOf(failed: Map<Target, Failure>): UpstreamError {
  const errors = [...failed.values()].map(({ err }) => err);
  const error =
    errors.find((err) => err instanceof BusyError) ??
    errors.find((err) => err.retryable) ??
    errors[0];
  return error as UpstreamError;
}
