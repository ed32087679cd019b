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

/**
 * Registers the metrics of a gate. The sum of service times shows its utilization: U = rate(gate_service_seconds_sum) /
 * gate_slots. Returns the function that records each request.
 */
export function registerGateMetrics(gate: Gate, registry: Registry): Observe {
  const registers = [registry];
  const figures = [
    ['gate_waiting', 'requests waiting for a slot', 'waiting'],
    ['gate_in_flight', 'requests being served', 'busy'],
    ['gate_slots', 'requests served concurrently at most; 0 = no limit', 'slots'],
  ] as const;
  for (const [name, help, figure] of figures) {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(gate[figure]);
      },
    });
  }
  const wait = new Histogram({
    name: 'gate_wait_seconds',
    help: 'time requests waited for a slot',
    buckets: BUCKETS,
    registers,
  });
  const service = new Histogram({
    name: 'gate_service_seconds',
    help: 'service time of requests, without the wait',
    labelNames: ['status'],
    buckets: BUCKETS,
    registers,
  });
  return (status, queueMs, serviceMs) => {
    wait.observe(queueMs / 1000);
    service.observe({ status }, serviceMs / 1000);
  };
}
