/**
 * rng and hasher as the miner sees them: one name, one or many replicas.
 * @module
 */
import type { Dispatcher } from 'undici';
import type { Logger } from '@dockercoins/common/service/log';
import { sendRequest, type UpstreamResponse, type UpstreamRequest } from './request.ts';
import { BusyError } from './errors.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import { httpRequest } from './http.ts';
import { LoadBalancer, type Endpoint, type Target } from './load-balancer.ts';
import { UpstreamError } from './errors.ts';

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

interface UpstreamOptions {
  /** One or several; all replicas behind them are used in turn. */
  origins: readonly string[];
  /** Longest wait for the whole answer of one replica (ms). */
  timeoutMs: number;
  dispatcher: Dispatcher;
  log: Logger;
}

export class Upstream implements Disposable {
  readonly #balancer: LoadBalancer;
  readonly #timeoutMs: number;
  readonly #dispatcher: Dispatcher;
  #slowestMs = 0;

  constructor({ origins, timeoutMs, dispatcher, log }: UpstreamOptions) {
    this.#timeoutMs = timeoutMs;
    this.#dispatcher = dispatcher;
    this.#balancer = new LoadBalancer(origins, (place) => {
      const probe = (signal: AbortSignal) => this.#probe(place, signal);
      return new CircuitBreaker({ name: place.address, probe, log });
    });
  }

  /**
   * Repeats a request that fails at another replica. Once that one answers, the circuits of those that failed are opened.
   * @throws {BusyError} if no replica has time for the request
   * @throws {UpstreamError} if no replica answers as it should
   */
  async request(question: UpstreamRequest, signal: AbortSignal): Promise<UpstreamResponse> {
    const failed = new Map<Target, Failure>();
    let began: number | undefined;
    for (;;) {
      const target = await this.#nextTarget(question, failed);
      const asked = performance.now();
      began ??= asked;
      // Two full waits are enough to say that everything is overloaded.
      if (target === undefined || asked - began >= 2 * this.#timeoutMs) throw errorOf(failed);
      try {
        const patienceMs = this.#balancer.hasAnother(target, failed)
          ? this.#patienceMs(failed.size)
          : this.#timeoutMs;
        const answer = await sendRequest(this.#dispatcher, target, question, {
          signal,
          timeoutMs: patienceMs,
        });
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

  /** A silent replica is no worse than the others unless one of them answered in less time than was wasted on it. */
  #learn(target: Target, tookMs: number, failed: Map<Target, Failure>): void {
    this.#slowestMs = Math.max(tookMs, FADE * this.#slowestMs);
    target.circuit.close();
    for (const [{ circuit }, { err, ms }] of failed) {
      if (!(err instanceof BusyError) || (err.silent && tookMs < ms)) circuit.open(err);
    }
  }

  /** `HEAD /` waits for its turn in rng's queue, but takes no time of its own. */
  async #probe({ address, host }: Endpoint, signal: AbortSignal): Promise<boolean> {
    try {
      const { statusCode } = await httpRequest(
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
    { method, path }: UpstreamRequest,
    failed: Map<Target, Failure>,
  ): Promise<Target | undefined> {
    try {
      return await this.#balancer.next(failed);
    } catch (cause) {
      throw new UpstreamError(method, path, (cause as Error).message, { cause });
    }
  }

  /** Ends all probes. */
  [Symbol.dispose](): void {
    this.#balancer[Symbol.dispose]();
  }
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
