import { describe, expect, test } from 'vitest';
import { describeVariations } from './variations.ts';

const usual = { rng: [], hasher: [], miner: [], producer: undefined };

const replicas = (count: number, variations?: string[]) =>
  Array.from({ length: count }, (_, n) => ({ name: `rng-${n + 1}`, variations }));

describe('variations', () => {
  test('are not mentioned while all are off', () => {
    const producer = { name: 'producer-1', variations: undefined };
    expect(describeVariations({ ...usual, rng: replicas(2), producer })).toEqual([]);
  });

  test('name the service if all replicas have them', () => {
    const rng = replicas(2, ['fails 5% of requests', 'leaks 64 KiB per request']);
    expect(describeVariations({ ...usual, rng })).toEqual([
      'rng fails 5% of requests',
      'rng leaks 64 KiB per request',
    ]);
  });

  test('name the replicas that have them', () => {
    const rng = [
      { name: 'rng-1', variations: ['has uniform delays'] },
      { name: 'rng-2', variations: ['has uniform delays', 'is 5 times slower'] },
    ];
    expect(describeVariations({ ...usual, rng })).toEqual([
      'rng has uniform delays',
      'rng-2 is 5 times slower',
    ]);
  });

  test('count replicas instead of naming more than three', () => {
    const rng = [...replicas(4, ['is 5 times slower']), { name: 'rng-5' }];
    expect(describeVariations({ ...usual, rng })).toEqual([
      'each of 4 rng replicas is 5 times slower',
    ]);
  });

  test('of all services come in the order of the pipeline', () => {
    const varied = (name: string) => [{ name, variations: ['differs'] }];
    expect(
      describeVariations({
        rng: varied('rng-1'),
        hasher: varied('hasher-1'),
        miner: varied('miner-1'),
        producer: varied('producer-1')[0],
      }),
    ).toEqual(['producer differs', 'miner differs', 'rng differs', 'hasher differs']);
  });
});
