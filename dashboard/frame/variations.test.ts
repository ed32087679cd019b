import { describe, expect, test } from 'vitest';
import type { Variations } from '@dockercoins/common/reports';
import { variationTexts } from '../web/problems/variation-text.ts';
import { variationsIn } from './variations.ts';

const usual = { rng: [], hasher: [], miner: [], producer: undefined };

const replicas = (count: number, variations?: Variations) =>
  Array.from({ length: count }, (_, n) => ({ name: `rng-${n + 1}`, variations }));

const textsOf = (services: Parameters<typeof variationsIn>[0]) =>
  variationsIn(services).flatMap(variationTexts);

describe('variations', () => {
  test('are not mentioned while all are off', () => {
    const producer = { name: 'producer-1', variations: undefined };
    expect(variationsIn({ ...usual, rng: replicas(2), producer })).toEqual([]);
  });

  test('name the service if all replicas have them', () => {
    const rng = replicas(2, { errors: 0.05, leakKb: 64 });
    expect(variationsIn({ ...usual, rng })).toEqual([
      { service: 'rng', names: null, variation: { errors: 0.05 } },
      { service: 'rng', names: null, variation: { leakKb: 64 } },
    ]);
    expect(textsOf({ ...usual, rng })).toEqual([
      'rng fails 5% of requests',
      'rng leaks 64 KiB per request',
    ]);
  });

  test('name the replicas that have them', () => {
    const rng: ReturnType<typeof replicas> = [
      { name: 'rng-1', variations: { delays: 'uniform' } },
      { name: 'rng-2', variations: { delays: 'uniform', slower: 5 } },
    ];
    expect(textsOf({ ...usual, rng })).toEqual([
      'rng has uniform delays',
      'rng-2 is 5 times slower',
    ]);
  });

  test('count replicas instead of naming more than three', () => {
    const rng = [...replicas(4, { slower: 5 }), { name: 'rng-5' }];
    expect(textsOf({ ...usual, rng })).toEqual(['each of 4 rng replicas is 5 times slower']);
  });

  test('of all services come in the order of the pipeline', () => {
    expect(
      textsOf({
        rng: [{ name: 'rng-1', variations: { hangs: 1 } }],
        hasher: [{ name: 'hasher-1', variations: { hangs: 1 } }],
        miner: [{ name: 'miner-1', variations: { ignoresSigterm: true } }],
        producer: { name: 'producer-1', variations: { rate: 5 } },
      }),
    ).toEqual([
      'producer adds 5 jobs/s',
      'miner ignores SIGTERM',
      'rng never answers 100% of requests',
      'hasher never answers 100% of requests',
    ]);
  });
});
