import { describe, expect, test } from 'vitest';
import { parseStacks } from './stacks.ts';

const urlsIn = (text: string) => parseStacks(text).stacks.map(({ url }) => url);
const errorsIn = (text: string) => parseStacks(text).errors;

describe('an address', () => {
  test.each([
    ['node7', 'http://node7:8000/'],
    ['node7:8100', 'http://node7:8100/'],
    ['node7:80', 'http://node7/'],
    ['10.0.0.7', 'http://10.0.0.7:8000/'],
    ['[fd00::7]', 'http://[fd00::7]:8000/'],
    ['[fd00::7]:8100', 'http://[fd00::7]:8100/'],
    ['http://node7:8000/?guide#scaling', 'http://node7:8000/'],
    ['https://coins.example', 'https://coins.example/'],
    ['https://coins.example/alice', 'https://coins.example/alice/'],
    ['coins.example/alice', 'http://coins.example:8000/alice/'],
  ])('has a scheme, a port and a slash at its end: %s', (address, url) => {
    expect(parseStacks(address)).toMatchObject({ stacks: [{ url }], errors: [] });
  });

  test.each(['ftp://node7', 'http://', 'node7:port', 'javascript://alert(1)', 'http://me@node7'])(
    'is refused if nothing can be asked there: %s',
    (address) => {
      const error = `Line 1: expected an address such as node7:8000, got ${address}`;
      expect(parseStacks(address)).toEqual({ stacks: [], errors: [error] });
    },
  );
});

describe('a line', () => {
  const url = 'http://node7:8000/';

  test.each([
    ['node7:8000', { name: 'node7', guess: undefined }],
    ['node7:8000 Alice', { name: 'Alice', guess: undefined }],
    ['node7:8000 33', { name: 'node7', guess: 33 }],
    ['node7:8000 Alice 33', { name: 'Alice', guess: 33 }],
    ['  node7:8000   Alice Smith   33.5  ', { name: 'Alice Smith', guess: 33.5 }],
    ['node7:8000\tAlice Smith\t33,5', { name: 'Alice Smith', guess: 33.5 }],
    ['node7:8000\tSmith, Alice\t', { name: 'Smith, Alice', guess: undefined }],
    ['node7:8000\t\t33', { name: 'node7', guess: 33 }],
    ['node7:8000,Alice,33', { name: 'Alice', guess: 33 }],
    ['node7:8000;"Smith, Alice";33,5', { name: 'Smith, Alice', guess: 33.5 }],
    ['node7:8000, Group 7', { name: 'Group 7', guess: undefined }],
  ])('may have a name and a guess: %j', (line, expected) => {
    expect(parseStacks(line)).toEqual({ stacks: [{ url, ...expected }], errors: [] });
  });

  test('that stands for several stacks has neither', () => {
    expect(urlsIn('node[1-2]')).toEqual(['http://node1:8000/', 'http://node2:8000/']);
    expect(errorsIn('node[1-2] Alice')).toEqual([
      'Line 1: a name or a guess is for one stack, but node[1-2] is 2',
    ]);
  });
});

test('the name of a stack is what tells it from the others', () => {
  const text = 'node7\nlocalhost:8100\nhttps://coins.example/alice';
  const names = parseStacks(text).stacks.map(({ name }) => name);
  expect(names).toEqual(['node7', 'localhost:8100', 'coins.example/alice']);
});

test('empty lines and line ends of any system are skipped', () => {
  expect(urlsIn('\r\nnode1\r\n\n  \nnode2\n')).toHaveLength(2);
});

test('all lines that are wrong are listed, and all others shown', () => {
  const { stacks, errors } = parseStacks(
    'node1\nftp://node2\nnode3\tBob\tmany\nnode1:8000 Eve\nnode[9-1]\nnode4,a,1,b',
  );
  expect(stacks.map(({ name }) => name)).toEqual(['node1']);
  expect(errors).toEqual([
    'Line 2: expected an address such as node7:8000, got ftp://node2',
    'Line 3: expected a number as the guess, got many',
    'Line 4: http://node1:8000/ is already in the list',
    'Line 5: expected an ascending range of at most 100, such as node[1-30]:8000 or node1…node30:8000, got node[9-1]',
    'Line 6: expected address, name and guess, got node4,a,1,b',
  ]);
});

test('there are at most 100 stacks', () => {
  const { stacks, errors } = parseStacks('a[1-60]\nb[1-60]');
  expect(stacks).toHaveLength(100);
  expect(errors).toEqual(['Line 2: http://b41:8000/ is one more than 100']);
});
