/**
 * Simulated time for code that waits with timers while its traffic over the network is real. How fast the machine is makes
 * no difference: a timer fires only when the test lets its time pass.
 * @module
 */
import { syncBuiltinESMExports } from 'node:module';
import timers, { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, onTestFinished, vi } from 'vitest';
import { LIMIT_MS } from '../../tools/stack/until.ts';

/** A request from this process to itself, and its response, take fewer turns of the event loop. */
const TURNS = 20;

/** Simulated time that passes between two rounds of traffic. */
const STEP_MS = 10;

/** From now until the test has finished, global timers and `performance.now()` stand still except in `passUntil`. */
export function simulateTime(): void {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'],
  });
  onTestFinished(() => void vi.useRealTimers());
}

/** Lets traffic flow until `condition` holds, while no simulated time passes. */
export async function trafficUntil(description: string, condition: () => boolean): Promise<void> {
  const deadline = Date.now() + LIMIT_MS;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`waited in vain until ${description}`);
    await nextTurn();
  }
}

/** Lets simulated time pass, and traffic flow, until `condition` holds. Resolves to the simulated milliseconds. */
export async function passUntil(description: string, condition: () => boolean): Promise<number> {
  const began = performance.now();
  const deadline = Date.now() + LIMIT_MS;
  for (;;) {
    for (let turn = 0; turn < TURNS && !condition(); turn++) await nextTurn();
    if (condition()) return performance.now() - began;
    if (Date.now() > deadline) throw new Error(`waited in vain until ${description}`);
    await vi.advanceTimersByTimeAsync(STEP_MS);
  }
}

/** Lets this much simulated time pass, and traffic flow. */
export async function pass(ms: number): Promise<void> {
  const end = performance.now() + ms;
  await passUntil(`${ms} ms have passed`, () => performance.now() >= end);
}

/** Until the test has finished, collects the callbacks of timers of exactly `ms`, for the test to fire when it is ready. */
export function holdTimers(ms: number): (() => void)[] {
  const held: (() => void)[] = [];
  const start = globalThis.setTimeout;
  const spy = vi
    .spyOn(globalThis, 'setTimeout')
    .mockImplementation((callback, delay, ...args: unknown[]) => {
      if (delay === ms) held.push(() => callback(...args));
      return start(callback, delay, ...args);
    });
  onTestFinished(() => spy.mockRestore());
  return held;
}

/** In all tests of this file, the `setTimeout` of node:timers/promises, which fake timers leave alone, is `sleep`. */
export function replaceSleep(sleep: (ms: number, signal?: AbortSignal) => Promise<void>): void {
  const { setTimeout } = timers;
  beforeAll(() => {
    timers.setTimeout = ((
      ms: number,
      _value: undefined,
      { signal }: { signal?: AbortSignal } = {},
    ) => sleep(ms, signal)) as typeof setTimeout;
    syncBuiltinESMExports();
  });
  afterAll(() => {
    timers.setTimeout = setTimeout;
    syncBuiltinESMExports();
  });
}
