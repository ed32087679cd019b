import '../../test/support/properties.ts';
import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { formatServerTiming, parseServerTiming } from './server-timing.ts';

const tenths = fc.integer({ min: 0, max: 36_000_000 }).map((tenth) => tenth / 10);
const timing = fc.record({
  queue: tenths,
  service: tenths,
  slots: fc.nat({ max: 10_000 }),
  delay: fc.nat({ max: 3_600_000 }),
  cpu: fc.nat({ max: 400 }).map((percent) => percent / 100),
});
const names = ['queue', 'service', 'slots', 'delay', 'cpu'];

test.prop([timing])('a formatted header parses to the same values', (values) => {
  expect(parseServerTiming(formatServerTiming(values))).toEqual(values);
});

/** A foreign metric; its name may end with one of ours. */
const metric = fc
  .tuple(
    fc.stringMatching(/^[a-z0-9!#$%&'*+.^_`|~-]{1,12}$/),
    fc.constantFrom('', ...names),
    fc.constantFrom('', ';dur=7', ';desc="7"', ';desc=x;dur=1'),
  )
  .filter(([name]) => !names.includes(name))
  .map((pieces) => pieces.join(''));

test.prop([timing, fc.array(metric), fc.array(metric)])(
  'other metrics in the header are ignored',
  (values, before, after) => {
    const header = [...before, formatServerTiming(values), ...after].join(', ');
    expect(parseServerTiming(header)).toEqual(values);
  },
);

const fragments = fc.constantFrom(
  ...[...names, ';', ',', '=', '"', 'dur', 'desc', ' ', '.', '-', '1', '9e99'],
  '9'.repeat(400),
);
const garbage = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fragments).map((pieces) => pieces.join('')),
  fc
    .tuple(fc.constantFrom('queue;dur=', 'slots;desc="'), fragments, fragments)
    .map((pieces) => `${pieces.join('')}"`),
);

test.prop([garbage])(
  'any text parses to numbers that are not negative, or to nothing',
  (header) => {
    for (const value of Object.values(parseServerTiming(header))) {
      expect(value).toSatisfy(Number.isFinite);
      expect(value).toBeGreaterThanOrEqual(0);
    }
  },
);
