import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { until } from '../testing/until.ts';
import { byTurns, medianRatio } from './turns.ts';

const sleepers = [1, 2].map(() => spawn('sleep', ['60']));
const pids = sleepers.map(({ pid = NaN }) => pid);
afterAll(() => sleepers.forEach((it) => it.kill('SIGKILL')));

/** Which of the processes do not rest: T is the state of one that does (proc(5)). */
async function running(): Promise<number[]> {
  const stats = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, 'utf8')));
  return pids.filter((_, index) => !stats[index]?.includes(') T '));
}

describe('by turns', () => {
  test('one runs while the others rest, and all run in the end', async () => {
    const contestants = pids.map((pid) => ({ pids: [pid], measure: running }));
    const [first, second] = pids;
    expect(await byTurns(contestants, 3)).toEqual([
      [[first], [first]],
      [[second], [second]],
    ]);
    await until('all run', async () => (await running()).length === 2);
  });

  test('all run again where a measurement fails', async () => {
    const measure = () => Promise.reject(new Error('no answer'));
    await expect(byTurns([{ pids, measure }], 1)).rejects.toThrow('no answer');
    await until('all run', async () => (await running()).length === 2);
  });

  test('the others run again where one ends in its turn', async () => {
    const victim = spawn('sleep', ['60']);
    const measure = async () => {
      victim.kill('SIGKILL');
      await once(victim, 'exit');
      throw new Error('it ended');
    };
    const contestants = [
      { pids: [victim.pid ?? NaN], measure },
      { pids, measure },
    ];
    await expect(byTurns(contestants, 1)).rejects.toThrow('it ended');
    await until('all run', async () => (await running()).length === 2);
  });
});

test('the median ratio compares values of the same turn', () => {
  expect(medianRatio([100, 10, 50], [200, 20, 100])).toBe(0.5);
});
