/**
 * Prometheus metrics of rng and hasher.
 * @module
 */
import { Gauge, Histogram, type Registry } from 'prom-client';
import type { Gate } from './gate.ts';

/** In seconds; finest around 100 ms, the default service time. */
const BUCKETS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.11, 0.15, 0.25, 0.5, 1, 2.5, 5, 10];

/** Records one request; times in milliseconds. */
export type Observe = (status: number, queue: number, service: number) => void;

/** Registers the metrics of a gate. Returns the function that records each request. */
export function exposeGate(gate: Gate, registry: Registry): Observe {
  const registers = [registry];
  new Gauge({
    name: 'gate_waiting',
    help: 'requests waiting for a slot',
    registers,
    collect() {
      this.set(gate.waiting);
    },
  });
  const wait = new Histogram({
    name: 'gate_wait_seconds',
    help: 'time requests waited for a slot',
    buckets: BUCKETS,
    registers,
  });
  const service = new Histogram({
    name: 'gate_service_seconds',
    help: 'service time of requests, by status',
    labelNames: ['status'],
    buckets: BUCKETS,
    registers,
  });
  return (status, queueMs, serviceMs) => {
    wait.observe(queueMs / 1000);
    service.observe({ status }, serviceMs / 1000);
  };
}
