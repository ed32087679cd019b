import { expect, test } from 'vitest';
import { addUp, type QueueState } from './queue-totals.ts';

const queue = (name: string, values: Partial<QueueState> = {}): QueueState => ({
  ...{
    name,
    counts: {},
    paused: false,
    concurrency: null,
    rate: null,
    limitedMs: 0,
    nextAddedAt: null,
  },
  ...values,
});

test('counts are added up', () => {
  const queues = [
    queue('a', { counts: { waiting: 2, failed: 1 } }),
    queue('b', { counts: { waiting: 3 } }),
  ];
  expect(addUp(queues)).toMatchObject({ names: ['a', 'b'], waiting: 5, failed: 1, active: 0 });
});

test('limits hold for the whole if every queue has one', () => {
  const limits = { concurrency: 2, rate: { max: 5, duration: 500 } };
  expect(addUp([queue('a', limits), queue('b', limits)])).toMatchObject({
    concurrency: 4,
    rate: 20,
  });
  expect(addUp([queue('a', limits), queue('b')])).toMatchObject({ concurrency: null, rate: null });
});

test('the next job is the oldest of those at the heads of the queues', () => {
  const queues = [queue('a'), queue('b', { nextAddedAt: 2000 }), queue('c', { nextAddedAt: 1000 })];
  expect(addUp(queues).nextAddedAt).toBe(1000);
  expect(addUp(queues.slice(0, 1)).nextAddedAt).toBeNull();
});

test('the whole is paused or limited only while every queue is', () => {
  const stopped = queue('a', { paused: true, limitedMs: 900 });
  expect(addUp([stopped, queue('b')])).toMatchObject({
    paused: false,
    pausedNames: ['a'],
    limitedMs: 0,
  });
  expect(addUp([stopped, queue('b', { paused: true, limitedMs: 300 })])).toMatchObject({
    paused: true,
    pausedNames: ['a', 'b'],
    limitedMs: 300,
  });
});
