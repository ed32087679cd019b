import { describe, expect, test } from 'vitest';
import { expand } from './expand.ts';

describe('an address', () => {
  test.each(['node7:8000', '10.0.0.1', '[::1]:8000', '[fd00::1-2]', 'https://a.example/coins/'])(
    'without a range stands for itself: %s',
    (address) => {
      expect(expand(address)).toEqual([address]);
    },
  );

  test.each([
    ['node[1-3]:8000', ['node1:8000', 'node2:8000', 'node3:8000']],
    ['node1…node3:8000', ['node1:8000', 'node2:8000', 'node3:8000']],
    ['node1...node3:8000', ['node1:8000', 'node2:8000', 'node3:8000']],
    ['node[09-10]', ['node09', 'node10']],
    ['node09…node10', ['node09', 'node10']],
    ['10.0.0.1…10.0.0.3:8000', ['10.0.0.1:8000', '10.0.0.2:8000', '10.0.0.3:8000']],
    ['10.0.0.9...10.0.0.11', ['10.0.0.9', '10.0.0.10', '10.0.0.11']],
    ['n1.example…n2.example:80', ['n1.example:80', 'n2.example:80']],
    ['localhost:[8000-8001]', ['localhost:8000', 'localhost:8001']],
    ['localhost:8000…localhost:8001', ['localhost:8000', 'localhost:8001']],
    ['https://coins.example/[1-2]/', ['https://coins.example/1/', 'https://coins.example/2/']],
    ['node[5-5]', ['node5']],
  ])('with a range stands for all of them: %s', (address, all) => {
    expect(expand(address)).toEqual(all);
  });

  test('may stand for as many as a long row of desks', () => {
    expect(expand('10.0.0.1…10.0.0.19')).toHaveLength(19);
    expect(expand('node[1-100]')).toHaveLength(100);
  });

  test.each([
    'node[3-1]',
    'node[1-101]',
    'node1…desk3',
    'node1…',
    'node[1-]',
    'node[1-1000000000]',
  ])('with an invalid range stands for nothing: %s', (address) => {
    expect(expand(address)).toBeUndefined();
  });
});
