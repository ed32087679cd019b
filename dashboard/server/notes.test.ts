import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { keys } from '@dockercoins/common/contract';
import { startTestDashboard } from '../../test/support/dashboard-app.ts';
import { addNote } from './notes.ts';
import { parseNote } from './parse.ts';

const dashboard = await startTestDashboard();
const { redis } = dashboard;
beforeEach(() => redis.flushall());
afterAll(() => dashboard[Symbol.asyncDispose]());

const notes = async () => (await redis.lrange(keys.notes, 0, -1)).map(parseNote);

describe('a note', () => {
  test("is added at the current second, by Redis' clock", async () => {
    const second = async () => Number((await redis.time())[0]);
    const before = await second();
    expect(await addNote(redis, { text: ' before lunch ' })).toBeUndefined();
    const after = await second();
    const [note] = await notes();
    expect(note?.text).toBe('before lunch');
    expect(note?.at).toBeGreaterThanOrEqual(before);
    expect(note?.at).toBeLessThanOrEqual(after);
  });

  test.each([
    [undefined],
    [null],
    ['text'],
    [{}],
    [{ text: '' }],
    [{ text: '  ' }],
    [{ text: 7 }],
    [{ text: 'x'.repeat(81) }],
  ])('%j is refused', async (body) => {
    expect(await addNote(redis, body)).toMatch(
      /^expected \{"text": "…"\} with 1 to 80 characters, got /,
    );
    expect(await notes()).toEqual([]);
  });
});

test('only the latest fifty notes are kept', async () => {
  for (let n = 1; n <= 60; n++) await addNote(redis, { text: `note ${n}` });
  const kept = await notes();
  expect(kept).toHaveLength(50);
  expect(kept[0]?.text).toBe('note 60');
});
