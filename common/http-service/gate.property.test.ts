import { setImmediate as flush } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { randomFrom, type Random } from '../random.ts';
import { Gate, type Leave } from './gate.ts';

test.each([1, 2, 3, 7])(
  'a gate with %i slots behaves like a simple model when callers enter, leave and give up at random',
  async (slots) => {
    for (let seed = 1; seed <= 20; seed++) await compareWithModel(slots, randomFrom(seed));
  },
);

/** Takes random steps and compares the gate with a set of callers inside and a list of waiting ones. */
async function compareWithModel(slots: number, draw: Random): Promise<void> {
  const random = (below: number) => Math.floor(draw() * below);
  const gate = new Gate(slots);
  const inside = new Map<number, Leave>();
  const waiting = new Map<number, AbortController>();
  const model = { inside: new Set<number>(), waiting: [] as number[] };
  for (let id = 0; id < 60; id++) {
    const step = random(3);
    const leaver = [...inside.keys()][random(Math.max(1, inside.size))];
    const quitter = model.waiting[random(Math.max(1, model.waiting.length))];
    if (step === 0 && leaver !== undefined) {
      inside.get(leaver)?.();
      inside.delete(leaver);
      model.inside.delete(leaver);
      const next = model.waiting.shift();
      if (next !== undefined) model.inside.add(next);
    } else if (step === 1 && quitter !== undefined) {
      waiting.get(quitter)?.abort();
      model.waiting = model.waiting.filter((other) => other !== quitter);
    } else {
      const caller = new AbortController();
      waiting.set(id, caller);
      gate.enter(caller.signal).then(
        (leave) => inside.set(id, leave),
        () => waiting.delete(id),
      );
      if (model.inside.size < slots) model.inside.add(id);
      else model.waiting.push(id);
    }
    if (random(2) === 0) await flush();
    expect(inside.size).toBeLessThanOrEqual(slots);
    expect(gate).toMatchObject({ busy: model.inside.size, waiting: model.waiting.length });
  }
  await flush();
  expect(new Set(inside.keys())).toEqual(model.inside);
}
