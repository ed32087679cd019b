import { describe, expect, test } from 'vitest';
import { CertainMismatch, Mismatch, show, Skipped, timed } from './check.ts';

describe('a timed check', () => {
  const { signal } = new AbortController();
  const mismatch = new Mismatch('1', '2');

  /** Runs a check that throws these errors, one per try, and then passes. Resolves to the error and the number of tries. */
  async function outcomeOf(...errors: Error[]) {
    let tries = 0;
    const { run } = timed('', async () => {
      const error = errors[tries++];
      await Promise.resolve();
      if (error !== undefined) throw error;
    });
    const error = await run(undefined, signal).catch((err: unknown) => err);
    return { error, tries };
  }

  test('passes if one of five tries does', async () => {
    const errors = Array<Error>(4).fill(mismatch);
    expect(await outcomeOf(...errors)).toEqual({ error: undefined, tries: 5 });
  });

  test('fails after five failures', async () => {
    const errors = Array<Error>(5).fill(mismatch);
    expect(await outcomeOf(...errors)).toEqual({ error: mismatch, tries: 5 });
  });

  test.each([
    new CertainMismatch('2 or more', '1'),
    new Skipped('no coins'),
    new Error('ECONNRESET'),
  ])('is not repeated after %s', async (error) => {
    expect(await outcomeOf(error)).toEqual({ error, tries: 1 });
  });
});

test.each([
  [undefined, 'none'],
  ['a"b\n', String.raw`"a\"b\n"`],
  [Buffer.from('abc'), '"abc"'],
  [Buffer.from([0xff, 0]), 'bytes ff00'],
  [Buffer.alloc(500, 'x'), `"${'x'.repeat(79)}… (500 bytes)`],
])('show(%j) is %s', (data, shown) => {
  expect(show(data)).toBe(shown);
});
