import { describe, expect, test } from 'vitest';
import { MEASUREMENTS, parseBenchArgs } from './args.ts';

describe('parseBenchArgs', () => {
  test('runs all measurements by default', () => {
    expect(parseBenchArgs([])).toEqual({
      rounds: 3,
      seconds: 20,
      jobs: 1_000_000,
      measurements: MEASUREMENTS,
      json: undefined,
    });
  });

  test('parses numbers and a file name', () => {
    const args = ['--rounds', '5', '--seconds', '2', '--jobs', '20000', '--json', 'bench.json'];
    expect(parseBenchArgs(args)).toMatchObject({
      rounds: 5,
      seconds: 2,
      jobs: 20_000,
      json: 'bench.json',
    });
  });

  test('selects measurements with --only and keeps their order', () => {
    const { measurements } = parseBenchArgs(['--only', 'jobs', '--only', 'paced']);
    expect(measurements).toEqual(['paced', 'jobs']);
  });

  test.each([
    [
      ['--only', 'quick'],
      '--only quick: expected one of paced, fast, redis, miners, jobs, viewers, simulation',
    ],
    [['--rounds', '0'], '--rounds 0: expected a whole number from 1 to 999999999'],
    [['--seconds', '1.5'], '--seconds 1.5: expected a whole number from 1 to 999999999'],
    [['--jobs', 'many'], '--jobs many: expected a whole number from 1 to 999999999'],
    [['--fast'], '--fast: expected one of --rounds, --seconds, --jobs, --only, --json'],
  ])('rejects %j', (args, message) => {
    expect(() => parseBenchArgs(args)).toThrow(message);
  });
});
