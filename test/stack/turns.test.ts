import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { until } from '../../tools/stack/until.ts';
import { interleave, medianRatio } from '../../tools/bench/turns.ts';

const sleepers = [1, 2].map(() => spawn('sleep', ['600']));
const pids = sleepers.map(({ pid = NaN }) => pid);
afterAll(() => sleepers.forEach((child) => child.kill('SIGKILL')));

/** Returns the processes that are not stopped, which is state T in proc(5). */
async function running(): Promise<number[]> {
  const stats = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, 'utf8')));
  return pids.filter((_, index) => !stats[index]?.includes(') T '));
}

describe('interleave', () => {
  test('runs one candidate at a time, and all of them afterwards', async () => {
    const measure = () =>
      until('the system has stopped one process', async () => {
        const left = await running();
        return left.length === 1 && left;
      });
    const candidates = pids.map((pid) => ({ pids: [pid], measure }));
    const [first, second] = pids;
    expect(await interleave(candidates, 3)).toEqual([
      [[first], [first]],
      [[second], [second]],
    ]);
    await until('all processes run', async () => (await running()).length === 2);
  });

  test('resumes all processes if a measurement fails', async () => {
    const measure = () => Promise.reject(new Error('no response'));
    await expect(interleave([{ pids, measure }], 1)).rejects.toThrow('no response');
    await until('all processes run', async () => (await running()).length === 2);
  });

  test('resumes the other processes if one exits during its turn', async () => {
    const victim = spawn('sleep', ['600']);
    const measure = async () => {
      victim.kill('SIGKILL');
      await once(victim, 'exit');
      throw new Error('victim exited');
    };
    const candidates = [
      { pids: [victim.pid ?? NaN], measure },
      { pids, measure },
    ];
    await expect(interleave(candidates, 1)).rejects.toThrow('victim exited');
    await until('all processes run', async () => (await running()).length === 2);
  });
});

test('medianRatio compares values of the same turn', () => {
  expect(medianRatio([100, 10, 50], [200, 20, 100])).toBe(0.5);
});
