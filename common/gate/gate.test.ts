import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { Gate } from './gate.ts';

describe('a gate', () => {
  test('lets in as many at once as it has slots', async () => {
    const gate = new Gate(2);
    await gate.enter();
    await gate.enter();
    expect(gate.tryEnter()).toBeUndefined();
    expect(gate.busy).toBe(2);
  });

  test('with 0 slots lets everybody in', async () => {
    const gate = new Gate(0);
    await Promise.all(Array.from({ length: 100 }, () => gate.enter()));
    expect(gate.busy).toBe(100);
    expect(gate.waiting).toBe(0);
  });

  test('is full when as many wait as its room has places for', async () => {
    const gate = new Gate(1, 2);
    const leave = await gate.enter();
    void gate.enter();
    expect(gate.full).toBe(false);
    void gate.enter();
    expect(gate.full).toBe(true);
    leave();
    expect(gate.full).toBe(false);
  });

  test('lets those who wait in in the order in which they came', async () => {
    const { gate, order, come } = crowd();
    const first = await gate.enter();
    const all = Promise.all(['a', 'b', 'c'].map((name) => come(name)));
    expect(gate.waiting).toBe(3);
    first();
    await all;
    expect(order).toEqual(['a', 'b', 'c']);
  });

  test('nobody slips in between one who leaves and the next in the queue', async () => {
    const gate = new Gate(1);
    const leave = await gate.enter();
    const next = gate.enter();
    leave();
    expect(gate.tryEnter()).toBeUndefined();
    (await next)();
    expect(gate.tryEnter()).toBeDefined();
  });

  test('leaving twice gives back one slot', async () => {
    const gate = new Gate(2);
    const leave = await gate.enter();
    await gate.enter();
    leave();
    leave();
    expect(gate.busy).toBe(1);
  });

  test('leaving twice lets in one who waits', async () => {
    const gate = new Gate(1);
    const leave = await gate.enter();
    void gate.enter();
    void gate.enter();
    leave();
    leave();
    expect(gate.waiting).toBe(1);
  });
});

describe('one who goes away while waiting', () => {
  test('gives up the place, and the others keep their order', async () => {
    const { gate, order, come } = crowd();
    const first = await gate.enter();
    const impatient = new AbortController();
    const a = come('a');
    const b = come('b', impatient.signal);
    const c = come('c');
    impatient.abort(new Error('no time'));
    await expect(b).rejects.toThrow('no time');
    expect(gate.waiting).toBe(2);
    first();
    await Promise.all([a, c]);
    expect(order).toEqual(['a', 'c']);
  });

  test('is not let in when gone before it came', async () => {
    const gate = new Gate(1);
    await expect(gate.enter(AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late');
    expect(gate.busy).toBe(0);
  });

  test('has nothing left on its signal when it was let in', async () => {
    const gate = new Gate(1);
    const leave = await gate.enter();
    const { signal } = new AbortController();
    const entering = gate.enter(signal);
    leave();
    await entering;
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  test('changes nothing when it goes after it was let in', async () => {
    const gate = new Gate(1);
    const leave = await gate.enter();
    const late = new AbortController();
    const entering = gate.enter(late.signal);
    leave();
    await entering;
    late.abort();
    expect(gate.busy).toBe(1);
  });
});

/** Callers of a gate with one slot who note when they are in, then leave. */
function crowd() {
  const gate = new Gate(1);
  const order: string[] = [];
  const come = async (name: string, signal?: AbortSignal) => {
    const leave = await gate.enter(signal);
    order.push(name);
    leave();
  };
  return { gate, order, come };
}
