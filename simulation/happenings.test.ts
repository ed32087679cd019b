import { expect, test } from 'vitest';
import { formatHappening, parseHappening } from './happenings.ts';
import type { Happening } from './pipeline.ts';

test.each([
  'kill=miner-2:30',
  'freeze=rng-1:2.5',
  'slow=rng-4:5',
  'rng=4',
  'pause',
  'resume',
  'redis=down:20',
  'concurrency=5',
  'rate=2.5',
])('%s is written as it is read', (text) => {
  const happening = parseHappening(text) as Exclude<Happening, { kind: 'configure' }>;
  expect(formatHappening(happening)).toBe(text);
});

test.each(['slow=rng-1', 'slow=rng-1:0.5', 'slow=', 'kill', 'freeze=rng-1', 'rng=-1', 'x=1', ''])(
  '"%s" is not a happening',
  (text) => {
    expect(parseHappening(text)).toBeUndefined();
  },
);
