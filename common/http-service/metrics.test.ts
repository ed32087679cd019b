import { Registry } from 'prom-client';
import { describe, expect, test } from 'vitest';
import { registerGateMetrics } from './metrics.ts';
import { Gate } from './gate.ts';

function createGate() {
  const gate = new Gate(1);
  const registry = new Registry();
  const observe = registerGateMetrics(gate, registry);
  return { gate, observe, metrics: () => registry.metrics() };
}

describe('gate metrics', () => {
  test('include the number of waiting requests', async () => {
    const { gate, metrics } = createGate();
    await gate.enter();
    void gate.enter();
    void gate.enter();
    expect(await metrics()).toContain('\ngate_waiting 2\n');
  });

  test('include the slots, and how many are in use', async () => {
    const { gate, metrics } = createGate();
    expect(await metrics()).toContain('\ngate_slots 1\n');
    expect(await metrics()).toContain('\ngate_in_flight 0\n');
    const leave = await gate.enter();
    expect(await metrics()).toContain('\ngate_in_flight 1\n');
    leave();
    expect(await metrics()).toContain('\ngate_in_flight 0\n');
  });

  test('include wait times and service times, in seconds', async () => {
    const { observe, metrics } = createGate();
    observe(200, 680, 101);
    observe(404, 20, 3);
    const text = await metrics();
    expect(text).toContain('\ngate_wait_seconds_count 2\n');
    expect(text).toContain('\ngate_wait_seconds_sum 0.7');
    expect(text).toContain('\ngate_service_seconds_sum{status="200"} 0.101\n');
    expect(text).toContain('\ngate_service_seconds_count{status="404"} 1\n');
  });
});
