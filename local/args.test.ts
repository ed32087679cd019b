import { describe, expect, test } from 'vitest';
import { ArgumentError, USAGE, parseLocalArgs, SERVICES } from './args.ts';

const parsing =
  (...args: string[]) =>
  () =>
    parseLocalArgs(args);

describe('npm start', () => {
  test('runs one of each on the well-known ports where nothing is asked for', () => {
    expect(parseLocalArgs([])).toEqual({
      scale: { rng: 1, hasher: 1, producer: 1, miner: 1, dashboard: 1 },
      ports: { dashboard: 8000, rng: 8001, hasher: 8002 },
      dev: false,
      fast: false,
      help: false,
    });
  });

  test('runs as many replicas as asked for', () => {
    const { scale } = parseLocalArgs([
      '--scale',
      'miner=10',
      '--scale=rng=3',
      '--scale',
      'producer=0',
    ]);
    expect(scale).toEqual({ rng: 3, hasher: 1, producer: 0, miner: 10, dashboard: 1 });
  });

  test('takes the last of several answers', () => {
    expect(parseLocalArgs(['--scale', 'miner=10', '--scale', 'miner=2']).scale.miner).toBe(2);
  });

  test('runs without miners where none are asked for', () => {
    expect(parseLocalArgs(['--scale', 'miner=0']).scale.miner).toBe(0);
  });

  test('takes other ports, 0 for any free one', () => {
    const { ports } = parseLocalArgs(['--port', 'dashboard=9000', '--port', 'rng=0']);
    expect(ports).toEqual({ dashboard: 9000, rng: 0, hasher: 8002 });
  });

  test.each([['--help'], ['-h']])('gives help with %s', (option) => {
    expect(parseLocalArgs([option]).help).toBe(true);
    for (const service of SERVICES) expect(USAGE).toContain(service);
  });

  test('is without delays with --fast', () => {
    expect(parseLocalArgs(['--fast']).fast).toBe(true);
  });

  test('is for development with --dev', () => {
    expect(parseLocalArgs(['--dev']).dev).toBe(true);
  });
});

describe('an argument that is wrong', () => {
  test.each(['miner', 'miner=', 'miner=x', 'miner=-1', 'miner=1.5', 'miner=201', 'worker=3', '=3'])(
    'is told with what was expected: --scale "%s"',
    (pair) => {
      expect(parsing(`--scale=${pair}`)).toThrow(ArgumentError);
      expect(parsing(`--scale=${pair}`)).toThrow(
        `--scale ${pair}: expected SERVICE=N with a service of rng, hasher, producer, miner, dashboard and N from 0 to 200`,
      );
    },
  );

  test.each(['rng=65536', 'miner=8000', 'rng'])('is told: --port "%s"', (pair) => {
    expect(parsing('--port', pair)).toThrow(
      `--port ${pair}: expected SERVICE=N with a service of dashboard, rng, hasher and N from 0 to 65535`,
    );
  });

  test('is a second dashboard, for there is one port', () => {
    expect(parsing('--scale', 'dashboard=2')).toThrow('--scale dashboard: ');
  });

  test.each(['rng', 'hasher', 'dashboard'])('is none of %s', (service) => {
    expect(parsing('--scale', `${service}=0`)).toThrow(`--scale ${service}=0: at least one`);
  });

  test('still needs an rng if only hasher is elsewhere', () => {
    const given = { HASHER_URL: ['http://hasher'] };
    expect(() => parseLocalArgs(['--scale', 'rng=0'], given)).toThrow(
      'at least one is needed, or RNG_URL',
    );
    expect(parseLocalArgs(['--scale', 'hasher=0'], given).scale.hasher).toBe(0);
  });

  test.each([['--sclae', 'miner=3'], ['miner=3'], ['--scale'], ['--dev=yes']])(
    'is one that does not exist: %s',
    (...args) => {
      expect(parsing(...args)).toThrow(ArgumentError);
    },
  );
});

test('a service is none of what every object has', () => {
  expect(() => parseLocalArgs(['--scale', 'toString=5'])).toThrow(ArgumentError);
});
