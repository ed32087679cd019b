import { setImmediate as flush } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Gate, type Leave } from './gate.ts';

test.each([1, 2, 3, 7])('whoever comes, leaves or gives up when: %i slots', async (slots) => {
  for (let seed = 1; seed <= 20; seed++) await comeAndGo(slots, random(seed));
});

/** Does things by chance, and compares the gate with a plain list of those inside and those who wait. */
async function comeAndGo(slots: number, chance: (below: number) => number): Promise<void> {
  const gate = new Gate(slots);
  const inside = new Map<number, Leave>();
  const waiting = new Map<number, AbortController>();
  const expected = { inside: new Set<number>(), waiting: [] as number[] };
  for (let id = 0; id < 60; id++) {
    const what = chance(3);
    const leaver = [...inside.keys()][chance(Math.max(1, inside.size))];
    const impatient = expected.waiting[chance(Math.max(1, expected.waiting.length))];
    if (what === 0 && leaver !== undefined) {
      inside.get(leaver)?.();
      inside.delete(leaver);
      expected.inside.delete(leaver);
      const next = expected.waiting.shift();
      if (next !== undefined) expected.inside.add(next);
    } else if (what === 1 && impatient !== undefined) {
      waiting.get(impatient)?.abort();
      expected.waiting = expected.waiting.filter((other) => other !== impatient);
    } else {
      const away = new AbortController();
      waiting.set(id, away);
      gate.enter(away.signal).then(
        (leave) => inside.set(id, leave),
        () => waiting.delete(id),
      );
      if (expected.inside.size < slots) expected.inside.add(id);
      else expected.waiting.push(id);
    }
    if (chance(2) === 0) await flush();
    expect(inside.size).toBeLessThanOrEqual(slots);
    expect(gate).toMatchObject({ busy: expected.inside.size, waiting: expected.waiting.length });
  }
  await flush();
  expect(new Set(inside.keys())).toEqual(expected.inside);
}

/** Whole numbers that look like chance and are the same on each run. */
function random(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
