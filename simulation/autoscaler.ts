/**
 * An autoscaler on virtual time, with the rule of Kubernetes' HorizontalPodAutoscaler, which KEDA uses for one replica or more
 * (https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/).
 * @module
 */
import { sum } from '@dockercoins/common/statistics';
import type { Pipeline } from './pipeline.ts';
import type { ServiceName } from './settings.ts';

/** Kubernetes' defaults: how often it looks, and for how long it remembers that it wanted more replicas. */
const SYNC_MS = 15_000;
const STABILIZATION_MS = 300_000;

/** It changes nothing if the metric is within 10% of its target. */
const TOLERANCE = 0.1;

export interface AutoscalerOptions {
  pipeline: Pipeline;
  service: ServiceName;
  /** How many replicas there are at first; fewer are never wanted. */
  min: number;
  max: number;
  /** Returns what is compared with the target. @param replicas those that there should be; a mean divides by them */
  metric: (replicas: number) => number;
  target: number;
  /** It adds at most this many replicas within this time. */
  scaleUp: { replicas: number; periodMs: number };
  /** From adding a replica until it works: scheduling, pulling the image, starting, readiness (ms). */
  startUpMs: number;
}

/** Returns how many replicas bring the metric to its target if it is inversely proportional to their number. */
export function wantedReplicas(replicas: number, metric: number, target: number): number {
  const ratio = metric / target;
  if (Math.abs(ratio - 1) <= TOLERANCE) return replicas;
  // Rounded first, because 0.1 + 0.2 is more than 0.3.
  return Math.ceil(Number((replicas * ratio).toFixed(9)));
}

export class Autoscaler {
  readonly #options: AutoscalerOptions;
  /** Replicas that there should be; some may still be starting. */
  #replicas: number;
  /** When the starting ones will work, the oldest first. */
  #starting: number[] = [];
  #wanted: { at: number; replicas: number }[] = [];
  #added: { at: number; replicas: number }[] = [];
  #changes = 0;

  constructor(options: AutoscalerOptions) {
    this.#options = options;
    this.#replicas = options.min;
    options.pipeline.engine.every(SYNC_MS, () => {
      this.#sync();
      return true;
    });
  }

  /** How often it has changed their number. */
  get changes(): number {
    return this.#changes;
  }

  #sync(): void {
    const { pipeline, metric, target, min, max } = this.#options;
    const { now } = pipeline.engine;
    const before = this.#replicas;
    const wanted = wantedReplicas(before, metric(before), target);
    this.#wanted = [...since(this.#wanted, now - STABILIZATION_MS), { at: now, replicas: wanted }];
    const most = Math.max(...this.#wanted.map(({ replicas }) => replicas));
    const stable = wanted < before ? Math.min(most, before) : wanted;
    const next = Math.max(min, Math.min(stable, max, this.#highest(now)));
    if (next === before) return;
    this.#changes++;
    if (next > before) this.#add(next - before, now);
    else
      this.#starting = this.#starting.slice(0, Math.max(0, this.#starting.length - before + next));
    this.#replicas = next;
    this.#scale();
  }

  /** Returns how many replicas `scaleUp` allows now. */
  #highest(now: number): number {
    const { replicas, periodMs } = this.#options.scaleUp;
    this.#added = since(this.#added, now - periodMs);
    const added = sum(this.#added.map((addition) => addition.replicas));
    return this.#replicas + Math.max(0, replicas - added);
  }

  #add(replicas: number, now: number): void {
    const { pipeline, startUpMs } = this.#options;
    this.#added.push({ at: now, replicas });
    for (let n = 0; n < replicas; n++) this.#starting.push(now + startUpMs);
    pipeline.engine.after(startUpMs, () => this.#scale());
  }

  /** Lets those work that have started. */
  #scale(): void {
    const { pipeline, service } = this.#options;
    this.#starting = this.#starting.filter((at) => at > pipeline.engine.now);
    const replicas = this.#replicas - this.#starting.length;
    pipeline.happen({ kind: 'scale', service, replicas });
  }
}

const since = <T extends { at: number }>(events: T[], at: number): T[] =>
  events.filter((event) => event.at > at);
