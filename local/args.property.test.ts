import '../test/support/properties.ts';
import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { parseLocalArgs, SERVICES } from './args.ts';
import { ArgumentError } from './options.ts';

const service = fc.oneof(fc.constantFrom(...SERVICES, '', '__proto__', 'toString'), fc.string());
const count = fc.oneof(fc.nat({ max: 300 }), fc.integer(), fc.double(), fc.string()).map(String);
const pair = fc.tuple(service, count).map((parts) => parts.join('='));
const option = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(fc.constantFrom('--scale', '--port'), pair) },
  fc.tuple(fc.constantFrom('--scale', '--port', '--dev', '--help', '-h', '--', '-x', '--no-dev')),
  fc.tuple(fc.string({ unit: 'binary' })),
);

test.prop([fc.array(option, { maxLength: 4 })])(
  'any arguments either parse or cause an error that names one of them',
  (options) => {
    const args = options.flat();
    try {
      const { scale, ports } = parseLocalArgs(args);
      expect(Object.keys(scale)).toEqual([...SERVICES]);
      for (const replicas of Object.values(scale)) expect(replicas).toSatisfy(isWithin(0, 200));
      for (const port of Object.values(ports)) expect(port).toSatisfy(isWithin(0, 65_535));
    } catch (err) {
      expect(err).toBeInstanceOf(ArgumentError);
      const { message } = err as Error;
      expect(args.some((arg) => message.includes(arg.replace(/=.*/s, '')))).toBe(true);
    }
  },
);

test.prop([fc.nat({ max: 200 }), fc.nat({ max: 65_535 })])(
  'any number in range is accepted',
  (miner, rng) => {
    const options = parseLocalArgs(['--scale', `miner=${miner}`, `--port=rng=${rng}`]);
    expect(options.scale.miner).toBe(miner);
    expect(options.ports.rng).toBe(rng);
  },
);

function isWithin(min: number, max: number) {
  return (value: number) => Number.isInteger(value) && value >= min && value <= max;
}
