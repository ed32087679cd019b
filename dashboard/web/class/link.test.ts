import { expect, test } from 'vitest';
import { fromHash, toHash } from './link.ts';

test.each(['node1…node30:8000', 'node[1-3]\nnode7:8000 Zoë 33', 'a\t"50% & more"\t1', 'a #1'])(
  'the address holds any list: %j',
  (text) => {
    const url = new URL(`http://localhost/class${toHash(text)}`);
    expect(fromHash(url.hash)).toBe(text);
  },
);

test('the address may be typed', () => {
  expect(fromHash(new URL('http://a/class#node1…node30:8000').hash)).toBe('node1…node30:8000');
  expect(fromHash('#node1:8000 100%')).toBe('node1:8000 100%');
});

test('without a list, there is nothing in the address', () => {
  expect(toHash('')).toBe('');
  expect(fromHash('')).toBeUndefined();
  expect(fromHash('#')).toBeUndefined();
});
