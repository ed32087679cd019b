import { expect, test } from 'vitest';
import { readEnv } from '@dockercoins/common/service/env';
import { serviceSchemas } from '../../../local/config.ts';
import { MAX_REPLICAS } from '../../../local/args.ts';
import { allowed, edited, editsBetween, FIELDS, setupText, valueOf } from './fields.ts';

const running = { scale: { miner: 2, rng: 1, hasher: 1 }, settings: { RNG_SLOTS: 3 } };

test('values are the running ones, the defaults, or edited', () => {
  expect(valueOf(running, 'miner')).toBe(2);
  expect(valueOf(running, 'RNG_SLOTS')).toBe(3);
  expect(valueOf(running, 'RNG_DELAY_MS')).toBe(100);
  const setup = edited(running, { miner: 10, RNG_SLOTS: 1, RNG_DELAY_MS: 40 });
  expect(setup).toEqual({
    scale: { miner: 10, rng: 1, hasher: 1 },
    settings: { RNG_DELAY_MS: 40 },
  });
});

test('edits lead from one setup to another', () => {
  const target = edited(running, { miner: 10, RNG_SLOTS: 0 });
  expect(editsBetween(running, target)).toEqual({ miner: 10, RNG_SLOTS: 0 });
  expect(edited(running, editsBetween(running, target))).toEqual(target);
});

test('a setup is described by what is different', () => {
  const changes = { miner: 10, rng: 1, RNG_DELAY_MS: 40, RNG_SLOTS: 0, PRODUCER_RATE: 6 };
  expect(setupText(edited(running, changes), running)).toBe(
    '10 miners, arrivals: 6 jobs/s, rng slots: no limit, rng delay: 40 ms',
  );
  expect(setupText(running, running)).toBe('');
});

test.each(FIELDS)('$label: the services accept its lowest and its highest value', (field) => {
  const { name, min, limit } = field;
  expect(allowed(field, -5)).toBe(min);
  expect(allowed(field, 1e9)).toBe(limit);
  expect(allowed(field, NaN)).toBeUndefined();
  if (name === 'miner' || name === 'rng' || name === 'hasher') {
    expect(limit).toBe(MAX_REPLICAS);
    return;
  }
  const [schema] = Object.values(serviceSchemas).filter((it) => name in it);
  for (const value of [min, limit]) {
    expect(readEnv(schema ?? {}, { [name]: String(value) })).toMatchObject({ [name]: value });
  }
});
