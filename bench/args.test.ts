import { describe, expect, it } from 'vitest';
import { MEASUREMENTS, parseBenchArgs } from './args.ts';

describe('parseBenchArgs', () => {
  it('measures everything where nothing is said', () => {
    expect(parseBenchArgs([])).toEqual({
      rounds: 3,
      seconds: 20,
      jobs: 1_000_000,
      measurements: MEASUREMENTS,
      json: undefined,
    });
  });

  it('takes numbers and a file', () => {
    const args = ['--rounds', '5', '--seconds', '2', '--jobs', '20000', '--json', 'bench.json'];
    expect(parseBenchArgs(args)).toMatchObject({
      rounds: 5,
      seconds: 2,
      jobs: 20_000,
      json: 'bench.json',
    });
  });

  it('takes some of the measurements, in their own order', () => {
    const { measurements } = parseBenchArgs(['--only', 'jobs', '--only', 'paced']);
    expect(measurements).toEqual(['paced', 'jobs']);
  });

  it.each([
    [['--only', 'quick'], '--only quick: expected one of paced, fast, miners, jobs, viewers'],
    [['--rounds', '0'], '--rounds 0: expected a whole number from 1'],
    [['--seconds', '1.5'], '--seconds 1.5: expected a whole number from 1'],
    [['--jobs', 'many'], '--jobs many: expected a whole number from 1'],
    [['--fast'], "Unknown option '--fast'"],
  ])('refuses %j', (args, message) => {
    expect(() => parseBenchArgs(args)).toThrow(message);
  });
});
