import { expect } from 'vitest';
import type { Counters } from '../../tools/stack/counters.ts';

/** Expects the wallet to hold exactly the coins that jobs found. The completed jobs must all be kept. */
export function expectExactWallet({ wallet, coinsOfJobs, coinsMissing }: Counters): void {
  expect(wallet).toBe(coinsOfJobs);
  expect(coinsMissing).toBe(0);
}
