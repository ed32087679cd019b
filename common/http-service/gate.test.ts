import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { Gate } from './gate.ts';

describe('a gate', () => {
  test('admits as many callers at once as it has slots', async () => {
    const gate = new Gate(2);
    await gate.enter();
    await gate.enter();
    expect(gate.tryEnter()).toBeUndefined();
    expect(gate.busy).toBe(2);
  });

  test('with 0 slots admits all callers', async () => {
    const gate = new Gate(0);
    await Promise.all(Array.from({ length: 100 }, () => gate.enter()));
    expect(gate.busy).toBe(100);
    expect(gate.waiting).toBe(0);
  });

  test('is full while its waiting room is full', async () => {
    const gate = new Gate(1, 2);
    const leave = await gate.enter();
    void gate.enter();
    expect(gate.full).toBe(false);
    void gate.enter();
    expect(gate.full).toBe(true);
    leave();
    expect(gate.full).toBe(false);
  });

  test('admits waiting callers in order of arrival', async () => {
    const { gate, order, visit } = createVisitors();
    const leave = await gate.enter();
    const visits = Promise.all(['a', 'b', 'c'].map((name) => visit(name)));
    expect(gate.waiting).toBe(3);
    leave();
    await visits;
    expect(order).toEqual(['a', 'b', 'c']);
  });

  test('passes a slot to the next waiting caller, so that no newcomer can take it', async () => {
    const gate = new Gate(1);
    const leave = await gate.enter();
    const next = gate.enter();
    leave();
    expect(gate.tryEnter()).toBeUndefined();
    (await next)();
    expect(gate.tryEnter()).toBeDefined();
  });

  test('frees only one slot if a caller leaves twice', async () => {
    const gate = new Gate(2);
    const leave = await gate.enter();
    await gate.enter();
    leave();
    leave();
    expect(gate.busy).toBe(1);
  });

  test('admits only one waiting caller if a caller leaves twice', async () => {
    const gate = new Gate(1);
    const leave = await gate.enter();
    void gate.enter();
    void gate.enter();
    leave();
    leave();
    expect(gate.waiting).toBe(1);
  });
});

describe('a caller with a signal', () => {
  test('gives up its place when the signal is aborted; the others keep their order', async () => {
    const { gate, order, visit } = createVisitors();
    const leave = await gate.enter();
    const quitter = new AbortController();
    const a = visit('a');
    const b = visit('b', quitter.signal);
    const c = visit('c');
    quitter.abort(new Error('no time'));
    await expect(b).rejects.toThrow('no time');
    expect(gate.waiting).toBe(2);
    leave();
    await Promise.all([a, c]);
    expect(order).toEqual(['a', 'c']);
  });

  test('is not admitted if the signal is already aborted', async () => {
    const gate = new Gate(1);
    await expect(gate.enter(AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late');
    expect(gate.busy).toBe(0);
  });

  test('leaves no listener on the signal once admitted', async () => {
    const gate = new Gate(1);
    const leave = await gate.enter();
    const { signal } = new AbortController();
    const entering = gate.enter(signal);
    leave();
    await entering;
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  test('keeps its slot if the signal is aborted after it was admitted', async () => {
    const gate = new Gate(1);
    const leave = await gate.enter();
    const caller = new AbortController();
    const entering = gate.enter(caller.signal);
    leave();
    await entering;
    caller.abort();
    expect(gate.busy).toBe(1);
  });
});

test('a caller that joins the line is admitted within the call that frees a slot, unless it has left', () => {
  const gate = new Gate(1);
  const leave = gate.tryEnter();
  const admitted: string[] = [];
  const giveUp = gate.join(() => admitted.push('a'));
  gate.join((leaveNext) => {
    admitted.push('b');
    leaveNext();
  });
  giveUp();
  leave?.();
  expect(admitted).toEqual(['b']);
  expect(gate).toMatchObject({ busy: 0, waiting: 0 });
});

/** Creates a gate with one slot, and visitors that record when they are admitted, then leave. */
function createVisitors() {
  const gate = new Gate(1);
  const order: string[] = [];
  const visit = async (name: string, signal?: AbortSignal) => {
    const leave = await gate.enter(signal);
    order.push(name);
    leave();
  };
  return { gate, order, visit };
}
