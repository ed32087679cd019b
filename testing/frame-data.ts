/**
 * Points and miners for tests of the dashboard, with defaults for the values that a test does not name.
 * @module
 */
import type { MinerView, Point } from '../dashboard/frame.ts';

/** Returns the point of second `at`: 3 hashes/s by one miner with one rng and one hasher. */
export function testPoint(at: number, values: Partial<Point> = {}): Point {
  return { at, speed: 3, loops: 0, hashes: null, miners: 1, rng: 1, hasher: 1, ...values };
}

export function testMiner(values: Partial<MinerView> = {}): MinerView {
  return {
    id: 'id-1',
    name: 'miner-1',
    host: 'host-1',
    ageMs: 0,
    loops: 0,
    errors: 0,
    coins: 0,
    speed: 1,
    silentMs: 0,
    lost: false,
    ...values,
  };
}
