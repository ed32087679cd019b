import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { SCENARIOS } from './scenarios/all.ts';
import { formatSetup, parseSetup, planFor } from './setup.ts';

const parse = (fragment: string) => parseSetup(fragment, SCENARIOS);

test('an empty address is one of each, without events', () => {
  const { setup, problems } = parse('');
  expect(problems).toEqual([]);
  expect(setup).toEqual({ scale: {}, settings: {}, seed: 1, events: [] });
  expect(formatSetup(setup)).toBe('');
  expect(planFor(setup, undefined).plan.scale).toEqual({
    producer: 1,
    miner: 1,
    rng: 1,
    hasher: 1,
  });
});

test.each([
  '#scenario=slow-replica&speed=10',
  '#speed=100&miner=10&rng=4&hasher=2&RNG_DELAY_MS=50&PRODUCER_RATE=12&seed=-7',
  '#at=3:kill=miner-2:30&at=4.5:freeze=rng-1:10&at=5:slow=rng-1:5&at=6:redis=down:5&at=7:pause&at=8:resume',
  '#at=1:miner=10&at=2:concurrency=5&at=3:rate=2.5&at=4:RNG_DELAY_MS=50&at=4:MINER_CONCURRENCY=2',
])('%s is read and written again', (fragment) => {
  const { setup, problems } = parse(fragment);
  expect(problems).toEqual([]);
  expect(formatSetup(setup)).toBe(fragment);
  expect(parse(encodeURI(fragment)).setup).toEqual(setup);
});

test('documents link to what exists', () => {
  const documents = ['README.md', ...readdirSync('docs').map((name) => `docs/${name}`)];
  const texts = documents
    .filter((name) => name.endsWith('.md'))
    .map((name) => readFileSync(name, 'utf8'));
  const links = texts.flatMap((text) => text.match(/(?<=\/playground)#[^)>\s]+/g) ?? []);
  expect(links.length).toBeGreaterThan(0);
  expect(links.flatMap((fragment) => parse(fragment).problems)).toEqual([]);
});

test('what the visitor chose is added to the scenario', () => {
  const { setup } = parse('#scenario=killed-miner&miner=5&at=10:rng=2');
  const { plan, events } = planFor(setup, SCENARIOS['killed-miner']);
  expect(plan.scale.miner).toBe(5);
  expect(events.map(([ms, { kind }]) => [ms, kind])).toEqual([
    [10_000, 'scale'],
    [40_000, 'kill'],
  ]);
});

describe('each mistake is named, with what was expected; the rest is used', () => {
  test.each([
    ['miner=many', 'miner=many: expected a whole number from 0 to 100'],
    ['rng=0', 'rng=0: expected a whole number from 1 to 50'],
    ['speed=7', 'speed=7: expected one of 1, 10, 100'],
    ['seed=x', 'seed=x: expected a whole number of at most nine digits'],
    ['scenario=none', /^scenario=none: expected one of ten-miners, /],
    ['REDIS_URL=x', /^REDIS_URL=x: expected scenario=, /],
    ['hello', /^hello: expected scenario=, /],
    ['at=soon:pause', 'at=soon:pause: expected at=SECONDS:EVENT'],
    ['at=5:explode', /^at=5:explode: expected kill=NAME, /],
    ['at=5:miner=101', 'at=5:miner=101: expected a whole number from 0 to 100'],
    ['%', /^%: expected scenario=, /],
  ])('%s', (pair, problem) => {
    const { setup, problems } = parse(`#${pair}&hasher=3`);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(problem);
    expect(setup.scale).toEqual({ hasher: 3 });
  });
});
