import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { recordingLog } from '../../tools/stack/log.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import { UpstreamError } from './errors.ts';

let responses: boolean[];
let probes: number[];
let circuit: CircuitBreaker;
let lines: string[];
let probe: () => Promise<boolean>;
beforeEach(() => {
  vi.useFakeTimers();
  responses = [];
  probes = [];
  const { log, lines: logged } = recordingLog();
  lines = logged;
  probe = () => Promise.resolve(responses.shift() ?? false);
  const recorded = () => {
    probes.push(performance.now());
    return probe();
  };
  circuit = new CircuitBreaker({ name: 'http://10.0.0.1', probe: recorded, log });
});
afterEach(() => {
  circuit[Symbol.dispose]();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const broken = new UpstreamError('GET', '/32', 'no response');

describe('an open circuit', () => {
  test('closes at the first probe that the replica responds to', async () => {
    responses = [false, false, true];
    circuit.open(broken);
    await pass(1499);
    expect(circuit.isOpen).toBe(true);
    await pass(1);
    expect(circuit.isOpen).toBe(false);
    await pass(60_000);
    expect(probes).toHaveLength(3);
  });

  test('closes at a response to a loop, and is no longer probed', async () => {
    circuit.open(broken);
    circuit.close();
    await pass(60_000);
    expect(circuit.isOpen).toBe(false);
    expect(probes).toEqual([]);
  });

  test('that has closed during a probe is not probed again, whatever this one finds', async () => {
    let end = (_responds: boolean): void => undefined;
    probe = () => new Promise((resolve) => (end = resolve));
    circuit.open(broken);
    await pass(500);
    circuit.close();
    end(false);
    await pass(60_000);
    expect(circuit.isOpen).toBe(false);
    expect(probes).toHaveLength(1);
    expect(lines).toHaveLength(2);
  });

  test('has one probe at a time', async () => {
    circuit.open(broken);
    circuit.open(broken);
    await pass(500);
    expect(probes).toHaveLength(1);
  });

  test('is logged once when it opens and once when it closes', () => {
    for (let n = 0; n < 3; n++) circuit.open(broken);
    for (let n = 0; n < 3; n++) circuit.close();
    expect(lines).toEqual([
      'warning: not using http://10.0.0.1 for now: GET /32: no response\n',
      'using http://10.0.0.1 again\n',
    ]);
  });
});

describe('the pause before the probe', () => {
  /** Milliseconds until the circuit closes. */
  async function timeOpen(): Promise<number> {
    responses = [true];
    circuit.open(broken);
    const began = performance.now();
    while (circuit.isOpen) await pass(100);
    return performance.now() - began;
  }

  test('doubles if the replica fails again right after it recovered, up to 8 s', async () => {
    const pauses: number[] = [];
    for (let n = 0; n < 6; n++) pauses.push(await timeOpen());
    expect(pauses).toEqual([500, 1000, 2000, 4000, 8000, 8000]);
  });

  test('is short again once the replica has worked for a while', async () => {
    await timeOpen();
    await timeOpen();
    await pass(8000);
    expect(await timeOpen()).toBe(500);
  });
});

test('a circuit that is disposed of never opens again', async () => {
  circuit.open(broken);
  circuit[Symbol.dispose]();
  circuit.open(broken);
  await pass(60_000);
  expect(probes).toEqual([]);
});
