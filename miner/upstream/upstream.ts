/**
 * rng or hasher as the miner sees it: one service with one or more replicas.
 * @module
 */
import type { Dispatcher } from 'undici';
import { MAX_REPORTED_REPLICAS } from '@dockercoins/common/contract';
import type { Replica, Served, UpstreamFigures } from '@dockercoins/common/reports';
import type { Logger } from '@dockercoins/common/log/log';
import { CircuitBreaker } from './circuit-breaker.ts';
import { UpstreamError } from './errors.ts';
import { errorToReport, Failover, type Failures } from './failover.ts';
import { httpRequest } from './http.ts';
import { LoadBalancer, type Endpoint, type Target } from './load-balancer.ts';
import { sendRequest, type UpstreamRequest, type UpstreamResponse } from './request.ts';
import { REPLICA_MEMORY_MS } from './rotation.ts';

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
  readonly #failover: Failover<Target>;
  readonly #dispatcher: Dispatcher;
  #pending = 0;
  #failed = 0;
  #reason: string | null = null;
  #untimed = 0;

  constructor({ origins, timeoutMs, dispatcher, log }: UpstreamOptions) {
    this.#dispatcher = dispatcher;
    const createBreaker = (endpoint: Endpoint) => {
      const probe = (signal: AbortSignal) => this.#probe(endpoint, signal);
      return new CircuitBreaker({ name: endpoint.address, probe, log });
    };
    this.#balancer = new LoadBalancer(origins, createBreaker, log);
    this.#failover = new Failover(this.#balancer.rotation, timeoutMs);
  }

  /**
   * Returns what this miner sees of the service.
   * @param at now, by `performance.now()`
   */
  figures(at: number): UpstreamFigures {
    const { targets } = this.#balancer.rotation;
    return {
      replicas: targets
        .flatMap(({ seen }) =>
          seen !== undefined && at - seen.at <= REPLICA_MEMORY_MS ? [seen.replica] : [],
        )
        .slice(0, MAX_REPORTED_REPLICAS),
      avoided: targets
        .filter(({ circuit }) => circuit.isOpen)
        .slice(0, MAX_REPORTED_REPLICAS)
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
    const failed: Failures<Target> = new Map();
    let began: number | undefined;
    for (;;) {
      const target = await this.#nextTarget(request, failed);
      const sentAt = performance.now();
      began ??= sentAt;
      if (target === undefined || this.#failover.isOver(sentAt - began))
        throw errorToReport(failed);
      const timeoutMs = this.#failover.limitMs(target, failed);
      try {
        const response = await sendRequest(this.#dispatcher, target, request, {
          signal,
          timeoutMs,
        });
        const tookMs = response.waitMs + response.serviceMs;
        remember(target, response, tookMs);
        this.#failover.learn(target, tookMs, failed);
        response.waitMs += sentAt - began;
        return response;
      } catch (err) {
        if (!(err instanceof UpstreamError)) throw err;
        const ms = performance.now() - sentAt;
        failed.set(target, { err, ms });
        const served = target.seen?.replica.served;
        if (served !== undefined) served.spentMs += ms;
      }
    }
  }

  /** `HEAD /` waits for its turn in rng's queue but has no delay of its own. */
  async #probe({ address, host }: Endpoint, signal: AbortSignal): Promise<boolean> {
    try {
      const { statusCode } = await httpRequest(
        this.#dispatcher,
        { origin: address, path: '/', method: 'HEAD', headers: { host } },
        { signal, timeoutMs: this.#failover.patienceMs() },
      );
      return statusCode < 500;
    } catch {
      return false;
    }
  }

  async #nextTarget(
    { method, path }: UpstreamRequest,
    failed: Failures<Target>,
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

/** Keeps what a response says about the replica. */
function remember(target: Target, response: UpstreamResponse, tookMs: number): void {
  const { replica, timed, serviceMs } = response;
  if (replica === undefined) return;
  const served = timed && addTo(target.seen?.replica, replica.name, serviceMs, tookMs);
  target.seen = { replica: { ...replica, ...(served && { served }) }, at: performance.now() };
}

/** Returns the totals of a replica after another response, from what its address last said. */
function addTo(before: Replica | undefined, name: string, serviceMs: number, ms: number): Served {
  const total = before?.name === name ? before.served : undefined;
  return {
    responses: (total?.responses ?? 0) + 1,
    serviceMs: (total?.serviceMs ?? 0) + serviceMs,
    spentMs: (total?.spentMs ?? 0) + ms,
  };
}
