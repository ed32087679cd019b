import { expect, test } from 'vitest';
import { testReport } from '../../testing/frame-data.ts';
import { abandonedOf } from './abandoned.ts';

const miners = [{ ...testReport('miner-1'), silentMs: 0 }];
const held = (miner: string, lockMs: number) => ({ id: '7', miner, lockMs });

test('a job of a miner that reports is not abandoned', () => {
  expect(abandonedOf([held('miner-1', 29_000), held('miner-1', 14_000)], miners)).toEqual([]);
});

test('a job of a miner that does not report is abandoned until its lock has expired, and after that', () => {
  expect(abandonedOf([held('miner-2', 17_000), held('miner-2', -2)], miners)).toEqual([
    { id: '7', miner: 'miner-2', expiresMs: 17_000 },
    { id: '7', miner: 'miner-2', expiresMs: 0 },
  ]);
});

test('a job whose lock is overdue for renewal belongs to an earlier miner of that name', () => {
  expect(abandonedOf([held('miner-1', 12_999)], miners)).toEqual([
    { id: '7', miner: 'miner-1', expiresMs: 12_999 },
  ]);
});
