/**
 * A producer's Prometheus metrics, read at each scrape.
 * @module
 */
import { Counter, Gauge, type Registry } from 'prom-client';
import type { Producer } from './producer.ts';

/** Registers the metrics of a producer. Returns the function that counts added jobs. */
export function registerProducerMetrics(
  producer: Pick<Producer, 'isLeader' | 'target' | 'dropped'>,
  registry: Registry,
): (jobs: number) => void {
  const registers = [registry];
  const added = new Counter({
    name: 'producer_jobs_added_total',
    help: 'jobs added to the queue',
    registers,
  });
  new Counter({
    name: 'producer_jobs_dropped_total',
    help: 'jobs not added because the backlog of a queue had reached its limit of 20,000 jobs',
    registers,
    collect() {
      this.reset();
      this.inc(producer.dropped);
    },
  });
  new Gauge({
    name: 'producer_lease_held',
    help: '1 if this replica holds the lease, otherwise 0',
    registers,
    collect() {
      this.set(Number(producer.isLeader));
    },
  });
  new Gauge({
    name: 'producer_backlog_target_jobs',
    help: 'number of waiting jobs that this replica maintains; 0 if it does not lead, or its rate is fixed',
    registers,
    collect() {
      this.set(producer.target ?? 0);
    },
  });
  return (jobs) => added.inc(jobs);
}
