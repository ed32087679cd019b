import { expect, test } from 'vitest';
import { Deadline, Engine } from './engine.ts';

test('events happen in the order of their times, those at the same time as they were scheduled', () => {
  const engine = new Engine();
  const happened: string[] = [];
  const note = (name: string) => () => void happened.push(`${name} at ${engine.now}`);
  engine.after(20, note('c'));
  engine.after(10, note('a'));
  engine.after(10, note('b'));
  engine.after(30, note('too late'));
  engine.runUntil(25);
  expect(happened).toEqual(['a at 10', 'b at 10', 'c at 20']);
  expect([engine.now, engine.events]).toEqual([25, 3]);
});

test('an event may schedule others, also for the same time', () => {
  const engine = new Engine();
  const happened: number[] = [];
  engine.after(5, () => {
    engine.after(0, () => happened.push(engine.now));
    engine.after(-1, () => happened.push(engine.now));
    engine.after(1, () => happened.push(engine.now));
  });
  engine.runUntil(6);
  expect(happened).toEqual([5, 5, 6]);
});

test('a step is one event, if one is due', () => {
  const engine = new Engine();
  const happened: string[] = [];
  engine.after(10, () => happened.push('a')).action = undefined;
  engine.after(20, () => happened.push('b'));
  expect([engine.step(15), engine.now, happened]).toEqual([false, 0, []]);
  expect([engine.step(25), engine.now, happened]).toEqual([true, 20, ['b']]);
  expect(engine.step(Infinity)).toBe(false);
});

test('a canceled event does not happen', () => {
  const engine = new Engine();
  const timer = engine.after(5, () => expect.unreachable());
  timer.action = undefined;
  engine.runUntil(10);
  expect(engine.events).toBe(0);
});

test('a repeated action ends when it says so', () => {
  const engine = new Engine();
  const times: number[] = [];
  engine.every(10, () => times.push(engine.now) < 3, 0);
  engine.runUntil(100);
  expect(times).toEqual([0, 10, 20]);
});

test('a deadline is reached once, unless it is set again or cleared in time', () => {
  const engine = new Engine();
  const reached: number[] = [];
  const deadline = new Deadline(engine, () => reached.push(engine.now));
  deadline.set(10);
  engine.runUntil(9);
  deadline.set(10); // 19
  engine.runUntil(12);
  deadline.set(3); // 15
  engine.runUntil(30);
  deadline.set(10);
  deadline.clear();
  engine.runUntil(100);
  expect(reached).toEqual([15]);
});
