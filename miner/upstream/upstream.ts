/**
 * rng or hasher as the miner sees it: one service with one or more replicas.
 * @module
 */
import type { Dispatcher } from 'undici';
import type { UpstreamFigures } from '@dockercoins/common/contract';
import type { Logger } from '@dockercoins/common/service/log';
import { CircuitBreaker } from './circuit-breaker.ts';
import { BusyError, UpstreamError } from './errors.ts';
import { httpRequest } from './http.ts';
import { LoadBalancer, type Endpoint, type Target } from './load-balancer.ts';
import { sendRequest, type UpstreamRequest, type UpstreamResponse } from './request.ts';

/** A request that failed at one target, and how long it took. */
interface Failure {
  err: UpstreamError;
  ms: number;
}

/** A replica times out early if its response takes this many times as long as the slowest recent one. */
const PATIENCE = 3;
/** No replica times out earlier than this (ms). */
const MIN_PATIENCE_MS = 1000;
/** A replica that has not responded for this long is left out of the figures. */
const REPLICA_MEMORY_MS = 5000;

/** The slowest recent response counts less with every response. After ten loops of a single miner (3 s), a third is left. */
const FADE = 0.9;

interface UpstreamOptions {
  /** One or more; requests are spread over all replicas behind them. */
  origins: readonly string[];
  /** Longest wait for the complete response of one replica (ms). */
  timeoutMs: number;
  dispatcher: Dispatcher;
  log: Logger;
}

export class Upstream implements Disposable {
  readonly #balancer: LoadBalancer;
  readonly #timeoutMs: number;
  readonly #dispatcher: Dispatcher;
  #slowestMs = 0;
  #pending = 0;
  #failed = 0;
  #reason: string | null = null;
  #untimed = 0;

  constructor({ origins, timeoutMs, dispatcher, log }: UpstreamOptions) {
    this.#timeoutMs = timeoutMs;
    this.#dispatcher = dispatcher;
    const createBreaker = (endpoint: Endpoint) => {
      const probe = (signal: AbortSignal) => this.#probe(endpoint, signal);
      return new CircuitBreaker({ name: endpoint.address, probe, log });
    };
    this.#balancer = new LoadBalancer(origins, createBreaker, log);
  }

  /**
   * Returns what this miner sees of the service.
   * @param at now, by `performance.now()`
   */
  figures(at: number): UpstreamFigures {
    const { targets } = this.#balancer;
    return {
      replicas: targets.flatMap(({ seen }) =>
        seen !== undefined && at - seen.at <= REPLICA_MEMORY_MS ? [seen.replica] : [],
      ),
      avoided: targets
        .filter(({ circuit }) => circuit.isOpen)
        .map(({ address, seen, circuit }) => ({
          name: seen?.replica.name ?? address,
          address,
          reason: circuit.reason,
        })),
      pending: this.#pending,
      failed: this.#failed,
      reason: this.#reason,
      untimed: this.#untimed,
    };
  }

  /**
   * Sends a request to one replica and, if that fails, to others. Once one responds, opens the circuits of those that
   * failed, unless they are only overloaded.
   * @throws {BusyError} if no replica sends a valid response and at least one is overloaded
   * @throws {UpstreamError} if no replica sends a valid response and none is overloaded
   */
  async request(request: UpstreamRequest, signal: AbortSignal): Promise<UpstreamResponse> {
    this.#pending++;
    try {
      const response = await this.#send(request, signal);
      if (!response.timed) this.#untimed++;
      return response;
    } catch (err) {
      if (err instanceof UpstreamError) {
        this.#failed++;
        this.#reason = err.reason;
      }
      throw err;
    } finally {
      this.#pending--;
    }
  }

  async #send(request: UpstreamRequest, signal: AbortSignal): Promise<UpstreamResponse> {
    const failed = new Map<Target, Failure>();
    let began: number | undefined;
    for (;;) {
      const target = await this.#nextTarget(request, failed);
      const sentAt = performance.now();
      began ??= sentAt;
      // After two full timeouts, the whole service counts as overloaded.
      if (target === undefined || sentAt - began >= 2 * this.#timeoutMs)
        throw errorToReport(failed);
      const timeoutMs = this.#balancer.hasAnother(target, failed)
        ? this.#patienceMs(failed.size)
        : this.#timeoutMs;
      try {
        const response = await sendRequest(this.#dispatcher, target, request, {
          signal,
          timeoutMs,
        });
        this.#learn(target, response, failed);
        response.waitMs += sentAt - began;
        return response;
      } catch (err) {
        if (!(err instanceof UpstreamError)) throw err;
        failed.set(target, { err, ms: performance.now() - sentAt });
      }
    }
  }

  /** Doubles with each failure: if the load has grown suddenly, all replicas have become slower. */
  #patienceMs(failures: number): number {
    const patience = Math.max(MIN_PATIENCE_MS, PATIENCE * this.#slowestMs) * 2 ** failures;
    return Math.min(patience, this.#timeoutMs);
  }

  /** A replica that timed out is no worse than the others unless one of them responded in less time. */
  #learn(
    target: Target,
    { waitMs, serviceMs, replica }: UpstreamResponse,
    failed: Map<Target, Failure>,
  ): void {
    const tookMs = waitMs + serviceMs;
    if (replica !== undefined) target.seen = { replica, at: performance.now() };
    this.#slowestMs = Math.max(tookMs, FADE * this.#slowestMs);
    target.circuit.close();
    for (const [{ circuit }, { err, ms }] of failed) {
      if (!(err instanceof BusyError) || (err.timedOut && tookMs < ms)) circuit.open(err);
    }
  }

  /** `HEAD /` waits for its turn in rng's queue but has no delay of its own. */
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

/** Picks the error to report: a busy replica's if there is one, otherwise a retryable one. */
function errorToReport(failed: Map<Target, Failure>): UpstreamError {
  const errors = [...failed.values()].map(({ err }) => err);
  const error =
    errors.find((err) => err instanceof BusyError) ??
    errors.find((err) => err.retryable) ??
    errors[0];
  return error as UpstreamError;
}
