import { describe, expect, test } from 'vitest';
import { ArgumentError } from '../../local/options.ts';
import { DEFAULTS, IDEAL, MEASURED } from '../../simulation/settings.ts';
import { parseSimulateArgs, planAt } from './args.ts';

const parse = (line: string, env: NodeJS.ProcessEnv = {}) =>
  parseSimulateArgs(line === '' ? [] : line.split(' '), env);

function problemsOf(line: string, env?: NodeJS.ProcessEnv): string[] {
  try {
    parse(line, env);
  } catch (err) {
    expect(err).toBeInstanceOf(ArgumentError);
    return (err as Error).message.split('\n');
  }
  return [];
}

test('without arguments, ten minutes with one of each are simulated', () => {
  expect(parse('')).toEqual({
    plan: {
      settings: DEFAULTS,
      scale: { producer: 1, miner: 1, rng: 1, hasher: 1 },
      costs: MEASURED,
      seed: 1,
    },
    ...{ seconds: 600, warmUp: 10, happenings: [], withoutEffect: [] },
    ...{ sweep: undefined, json: undefined, csv: undefined, svg: undefined },
  });
});

describe('the plan', () => {
  test('has the replicas and the seed', () => {
    const { plan } = parse('--miner 10 --rng=4 --seed -7');
    expect(plan.scale).toEqual({ producer: 1, miner: 10, rng: 4, hasher: 1 });
    expect(plan.seed).toBe(-7);
  });

  test('has settings from the arguments and the environment; arguments win', () => {
    const env = { RNG_DELAY_MS: '70', HASHER_SLOTS: '2', PORT: 'none of our business' };
    const { plan } = parse('RNG_DELAY_MS=50 RNG_DELAY_DISTRIBUTION=uniform', env);
    expect(plan.settings).toMatchObject({
      RNG_DELAY_MS: 50,
      RNG_DELAY_DISTRIBUTION: 'uniform',
      HASHER_SLOTS: 2,
    });
  });

  test('costs only the delays with --ideal, and uses two cores with --fast', () => {
    expect(parse('--ideal').plan.costs).toEqual(IDEAL);
    const { plan } = parse('--fast MINER_CONCURRENCY=8');
    expect(plan.costs.cores).toBe(2);
    expect(plan.settings).toMatchObject({ RNG_DELAY_MS: 0, MINER_CONCURRENCY: 8 });
    expect(parse('--fast --cores 4').plan.costs.cores).toBe(4);
  });

  test('ignores settings without an effect, and says so', () => {
    expect(parse('LOG_LEVEL=warn').withoutEffect).toEqual(['LOG_LEVEL']);
  });
});

test('the warm-up is a tenth, at most 10 s, unless it is given', () => {
  expect(parse('--seconds 60').warmUp).toBe(6);
  expect(parse('--seconds 6000').warmUp).toBe(10);
  expect(parse('--seconds 60 --warm-up 30').warmUp).toBe(30);
});

test.each([
  ['kill=miner-2', { kind: 'kill', name: 'miner-2', forMs: 800 }],
  ['kill=rng-1:30', { kind: 'kill', name: 'rng-1', forMs: 30_000 }],
  ['freeze=miner-1:2.5', { kind: 'freeze', name: 'miner-1', forMs: 2500 }],
  ['slow=rng-1:5', { kind: 'slow', name: 'rng-1', factor: 5 }],
  ['rng=4', { kind: 'scale', service: 'rng', replicas: 4 }],
  ['miner=0', { kind: 'scale', service: 'miner', replicas: 0 }],
  ['pause', { kind: 'pause' }],
  ['resume', { kind: 'resume' }],
  ['redis=down:20', { kind: 'redis down', forMs: 20_000 }],
  ['concurrency=5', { kind: 'concurrency', jobs: 5 }],
  ['rate=2.5', { kind: 'rate', jobsPerSecond: 2.5 }],
])('the event %s is understood', (event, happening) => {
  expect(parse(`--miner 2 --at 60 ${event} --at 1.5 pause`).happenings).toEqual([
    [60_000, happening],
    [1500, { kind: 'pause' }],
  ]);
});

test('an event may be about a replica that is added later, but not about one that never exists', () => {
  expect(problemsOf('--at 9 miner=3 --at 10 kill=miner-3')).toEqual([]);
  expect(problemsOf('--sweep rng=1..4 --at 10 kill=rng-4')).toEqual([]);
  expect(problemsOf('--miner 3 --at 10 kill=miner-4')).toEqual([
    '--at 10 kill=miner-4: expected one of producer-1, miner-1 to miner-3, rng-1, hasher-1',
  ]);
});

describe('a sweep', () => {
  test('has a value for each number, or larger steps', () => {
    expect(parse('--sweep miner=1..5').sweep).toEqual({ name: 'miner', values: [1, 2, 3, 4, 5] });
    expect(parse('--sweep RNG_DELAY_MS=50..200/50').sweep?.values).toEqual([50, 100, 150, 200]);
    expect(parse('--sweep RNG_ERROR_RATE=0..0.3/0.1').sweep?.values).toEqual([0, 0.1, 0.2, 0.3]);
  });

  test('changes one service or setting of the plan', () => {
    const { plan } = parse('--miner 3 RNG_SLOTS=2');
    expect(planAt(plan, 'rng', 5).scale).toMatchObject({ miner: 3, rng: 5 });
    expect(planAt(plan, 'RNG_DELAY_MS', 70).settings).toMatchObject({
      RNG_DELAY_MS: 70,
      RNG_SLOTS: 2,
    });
    expect(() => planAt(plan, 'RNG_ERROR_RATE', 2)).toThrow('RNG_ERROR_RATE');
  });
});

test.each([
  ['--miners 3', expect.stringContaining('--miners: expected one of --miner, --rng, ')],
  ['--miner', '--miner: expected a value'],
  ['--miner 1.5', '--miner 1.5: expected a whole number from 0 to 10000'],
  ['--miner ten', '--miner ten: expected a whole number from 0 to 10000'],
  ['--rng 0', '--rng 0: expected at least 1'],
  ['--seconds 0', '--seconds 0: expected a whole number from 1 to 1000000'],
  ['--seconds 10 --warm-up 10', '--warm-up 10: expected a whole number from 0 to 9'],
  ['--ideal=yes', '--ideal=yes: expected no value'],
  [
    'kill=miner-2',
    'kill=miner-2: expected SETTING=VALUE with a setting of docs/settings.md, or --at before an event',
  ],
  ['--at 60', '--at 60: expected an event after it, such as kill=miner-2'],
  ['--at 60 --seed 3', '--at 60: expected an event after it, such as kill=miner-2'],
  ['--at soon pause', '--at soon: expected a number of seconds'],
  [
    '--at 60 kill=cat-1',
    '--at 60 kill=cat-1: expected one of producer-1, miner-1, rng-1, hasher-1',
  ],
  [
    '--at 60 redis=up',
    '--at 60 redis=up: expected kill=NAME, freeze=NAME:SECONDS, slow=NAME:FACTOR, SERVICE=N, pause, resume, redis=down:SECONDS, concurrency=N, or rate=N',
  ],
  [
    'RNG_DELAY_MS=fast',
    'RNG_DELAY_MS (delay before each response with random bytes, in ms): expected a whole number from 0 to 3600000, got "fast"',
  ],
  ['--svg a.svg', '--svg a.svg: expected together with --sweep'],
])('%s is an error', (line, problem) => {
  expect(problemsOf(line)).toEqual([problem]);
});

test.each([
  'miner',
  'miner=1',
  'miner=5..1',
  'cat=1..3',
  'miner=1..2000',
  'RNG_SLOW_REPLICA=1..2',
  'miner=1..5/0',
])('the sweep %s is an error', (sweep) => {
  expect(problemsOf(`--sweep ${sweep}`)).toEqual([
    expect.stringContaining(`--sweep ${sweep}: expected NAME=A..B`),
  ]);
});

test('all errors are listed at once', () => {
  expect(problemsOf('--miner x --seed y --at z pause RNG_SLOTS=-1')).toHaveLength(4);
  expect(problemsOf('', { RNG_SLOTS: 'many' })).toHaveLength(1);
});
