import '../../testing/properties.ts';
import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { formatServerTiming, parseServerTiming } from './server-timing.ts';

const tenths = fc.integer({ min: 0, max: 36_000_000 }).map((tenth) => tenth / 10);
const timing = fc.record({ queue: tenths, service: tenths, slots: fc.nat({ max: 10_000 }) });

test.prop([timing])('what is written is read back', (written) => {
  expect(parseServerTiming(formatServerTiming(written))).toEqual(written);
});

/** Another metric; its name may end with one of ours. */
const metric = fc
  .tuple(
    fc.stringMatching(/^[a-z0-9!#$%&'*+.^_`|~-]{1,12}$/),
    fc.constantFrom('', 'queue', 'service', 'slots'),
    fc.constantFrom('', ';dur=7', ';desc="7"', ';desc=x;dur=1'),
  )
  .filter(([name]) => !['queue', 'service', 'slots'].includes(name))
  .map((parts) => parts.join(''));

test.prop([timing, fc.array(metric), fc.array(metric)])(
  'what others tell beside it changes nothing',
  (written, before, after) => {
    const header = [...before, formatServerTiming(written), ...after].join(', ');
    expect(parseServerTiming(header)).toEqual(written);
  },
);

const fragments = fc.constantFrom(
  ...['queue', 'service', 'slots', ';', ',', '=', '"', 'dur', 'desc', ' ', '.', '-', '1', '9e99'],
  '9'.repeat(400),
);
const garbage = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fragments).map((parts) => parts.join('')),
  fc
    .tuple(fc.constantFrom('queue;dur=', 'slots;desc="'), fragments, fragments)
    .map((parts) => `${parts.join('')}"`),
);

test.prop([garbage])('any text is read as numbers or as nothing', (header) => {
  for (const value of Object.values(parseServerTiming(header))) {
    expect(value).toSatisfy(Number.isFinite);
    expect(value).toBeGreaterThanOrEqual(0);
  }
});
