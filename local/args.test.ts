import { describe, expect, test } from 'vitest';
import { parseLocalArgs } from './args.ts';
import { ArgumentError } from './options.ts';

const parsing =
  (...args: string[]) =>
  () =>
    parseLocalArgs(args);

describe('npm start', () => {
  test('runs one replica of each service on the well-known ports by default', () => {
    expect(parseLocalArgs([])).toEqual({
      scale: { rng: 1, hasher: 1, producer: 1, miner: 1, dashboard: 1 },
      ports: { dashboard: 8000, rng: 8001, hasher: 8002 },
      dev: false,
      fast: false,
      reset: false,
    });
  });

  test('runs the given number of replicas', () => {
    const { scale } = parseLocalArgs([
      '--scale',
      'miner=10',
      '--scale=rng=3',
      '--scale',
      'producer=0',
    ]);
    expect(scale).toEqual({ rng: 3, hasher: 1, producer: 0, miner: 10, dashboard: 1 });
  });

  test('uses the last value of a repeated option', () => {
    expect(parseLocalArgs(['--scale', 'miner=10', '--scale', 'miner=2']).scale.miner).toBe(2);
  });

  test('runs without miners with --scale miner=0', () => {
    expect(parseLocalArgs(['--scale', 'miner=0']).scale.miner).toBe(0);
  });

  test('uses other ports, 0 meaning any free one', () => {
    const { ports } = parseLocalArgs(['--port', 'dashboard=9000', '--port', 'rng=0']);
    expect(ports).toEqual({ dashboard: 9000, rng: 0, hasher: 8002 });
  });

  test('runs without delays with --fast', () => {
    expect(parseLocalArgs(['--fast']).fast).toBe(true);
  });

  test('runs in development mode with --dev', () => {
    expect(parseLocalArgs(['--dev']).dev).toBe(true);
  });

  test('can ask for empty data', () => {
    expect(parseLocalArgs(['--reset']).reset).toBe(true);
  });
});

describe('npm start rejects', () => {
  test.each(['miner', 'miner=', 'miner=x', 'miner=-1', 'miner=1.5', 'miner=201', 'worker=3', '=3'])(
    'the invalid --scale "%s", and says what it expects',
    (pair) => {
      expect(parsing(`--scale=${pair}`)).toThrow(ArgumentError);
      expect(parsing(`--scale=${pair}`)).toThrow(
        `--scale ${pair}: expected SERVICE=N, where SERVICE is one of rng, hasher, producer, miner, dashboard, and N is from 0 to 200`,
      );
    },
  );

  test.each(['rng=65536', 'miner=8000', 'rng'])(
    'the invalid --port "%s", and says what it expects',
    (pair) => {
      expect(parsing('--port', pair)).toThrow(
        `--port ${pair}: expected SERVICE=N, where SERVICE is one of dashboard, rng, hasher, and N is from 0 to 65535`,
      );
    },
  );

  test.each([0, 2])('%i dashboards', (replicas) => {
    expect(parsing('--scale', `dashboard=${replicas}`)).toThrow(
      `--scale dashboard=${replicas}: expected 1`,
    );
  });

  test.each(['rng', 'hasher'])('a stack without %s', (service) => {
    expect(parsing('--scale', `${service}=0`)).toThrow(
      `--scale ${service}=0: expected at least 1, or`,
    );
  });

  test('a stack without rng, but not without hasher, if only HASHER_URL is set', () => {
    const overrides = { HASHER_URL: ['http://hasher'] };
    expect(() => parseLocalArgs(['--scale', 'rng=0'], overrides)).toThrow('or RNG_URL to be set');
    expect(parseLocalArgs(['--scale', 'hasher=0'], overrides).scale.hasher).toBe(0);
  });

  test.each([['--sclae', 'miner=3'], ['miner=3'], ['--scale'], ['--dev=yes']])(
    'unknown arguments: %s',
    (...args) => {
      expect(parsing(...args)).toThrow(ArgumentError);
    },
  );

  test('the name of an inherited property as a service', () => {
    expect(parsing('--scale', 'toString=5')).toThrow(ArgumentError);
  });
});
