import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { testFrame } from '../../../tools/stack/frame-data.ts';
import { summaryOf } from '../../frame/summary.ts';
import type { Answer } from './ask.ts';
import { ROUND_MS, Rounds } from './rounds.ts';

const FINE = { kind: 'summary', summary: summaryOf(testFrame(), []) } as const;
const AWAY = { kind: 'away' } as const;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const pass = (rounds: number) => vi.advanceTimersByTimeAsync(rounds * ROUND_MS);

/** Stacks with scripted answers, which count their requests. */
class Stacks {
  answers: Record<string, Answer | 'nothing'> = {};
  /** When each was asked, in rounds. */
  readonly asked = new Map<string, number[]>();
  /** Requests in flight. */
  readonly open = new Map<string, number>();
  most = 0;
  readonly #start = Date.now();

  readonly ask = async (url: string, signal: AbortSignal): Promise<Answer> => {
    this.asked.set(url, [...this.times(url), (Date.now() - this.#start) / ROUND_MS]);
    const open = (this.open.get(url) ?? 0) + 1;
    this.open.set(url, open);
    this.most = Math.max(this.most, open);
    const answer = this.answers[url] ?? FINE;
    if (answer === 'nothing') {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
    }
    this.open.set(url, open - 1);
    return answer === 'nothing' ? AWAY : answer;
  };

  times = (url: string) => this.asked.get(url) ?? [];
}

function start(urls: string[], random = () => 1) {
  const stacks = new Stacks();
  let count = 0;
  const rounds = new Rounds(stacks.ask, () => (count += 1), random);
  rounds.follow(urls);
  rounds.start();
  return { stacks, rounds, count: () => count };
}

test('each stack is asked once per round', async () => {
  const { stacks, rounds, count } = start(['a', 'b']);
  expect(rounds.contact('a')).toBeUndefined();
  await pass(3.5);
  expect(count()).toBe(4);
  expect(stacks.times('a')).toEqual([0, 1, 2, 3]);
  expect(stacks.times('b')).toEqual([0, 1, 2, 3]);
  expect(rounds.contact('a')).toMatchObject({ failures: 0, refusal: undefined });
  rounds.stop();
});

describe('a stack that fails', () => {
  test('is left alone for 2, 4, 8, then 10 rounds, and asked each round once it answers', async () => {
    const { stacks, rounds } = start(['a']);
    stacks.answers['a'] = AWAY;
    await pass(33.5);
    expect(stacks.times('a').slice(1)).toEqual([1, 3, 7, 15, 25]);
    stacks.answers['a'] = FINE;
    await pass(4);
    expect(stacks.times('a').slice(6)).toEqual([35, 36, 37]);
    rounds.stop();
  });

  test.each([
    [0, 4],
    [0.5, 6],
    [1, 8],
  ])(
    'waits for a random time, so that thirty do not come back together: %d',
    async (share, wait) => {
      const { stacks, rounds } = start(['a'], () => share);
      stacks.answers['a'] = AWAY;
      await pass(20.5);
      const [, , , third = 0, fourth = 0] = stacks.times('a');
      expect(fourth - third).toBe(wait);
      rounds.stop();
    },
  );

  test('has failed since its first failure, and keeps its latest summary', async () => {
    const { stacks, rounds } = start(['a']);
    await pass(0.5);
    stacks.answers['a'] = AWAY;
    await pass(1);
    const { since = 0 } = rounds.contact('a') ?? {};
    await pass(20);
    expect(rounds.contact('a')).toMatchObject({ since, refusal: 'away', summary: FINE.summary });
    expect(rounds.contact('a')?.failures).toBeGreaterThan(2);
    rounds.stop();
  });
});

test('a stack that hangs is given up after three seconds, and never asked twice at a time', async () => {
  const { stacks, rounds } = start(['a', 'b']);
  stacks.answers['a'] = 'nothing';
  await pass(2.5);
  expect(stacks.times('a')).toHaveLength(2); // the first was answered
  await pass(60);
  expect(stacks.most).toBe(1);
  expect(rounds.contact('a')).toMatchObject({ refusal: 'away' });
  expect(stacks.times('b')).toHaveLength(63);
  rounds.stop();
});

test('while half of forty stacks hang, the others lose no round, and no requests pile up', async () => {
  const urls = Array.from({ length: 40 }, (_, n) => `stack-${n}`);
  const { stacks, rounds } = start(urls, Math.random);
  for (const url of urls.slice(20)) stacks.answers[url] = 'nothing';
  await pass(60.5);
  expect(stacks.most).toBe(1);
  for (const url of urls.slice(0, 20)) expect(stacks.times(url)).toHaveLength(61);
  for (const url of urls.slice(20)) expect(stacks.times(url).length).toBeLessThan(12);
  rounds.stop();
});

test('while stopped, nothing is asked, and what was aborted is no failure', async () => {
  const { stacks, rounds } = start(['a']);
  await pass(0.5);
  stacks.answers['a'] = 'nothing';
  await pass(1);
  rounds.stop();
  await pass(10);
  expect(stacks.times('a')).toEqual([0, 1]);
  expect(rounds.contact('a')).toMatchObject({ failures: 0 });
  delete stacks.answers['a'];
  rounds.start();
  expect(stacks.times('a')).toEqual([0, 1, 11.5]);
  rounds.stop();
});

test('a stack that is taken from the list is no longer asked', async () => {
  const { stacks, rounds } = start(['a', 'b']);
  await pass(1.5);
  rounds.follow(['b', 'c']);
  await pass(1);
  expect(stacks.times('a')).toEqual([0, 1]);
  expect(stacks.times('b')).toEqual([0, 1, 2]);
  expect(stacks.times('c')).toEqual([2]);
  rounds.stop();
});
