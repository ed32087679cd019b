/**
 * The variations in the workshop's text: each command starts a stack that mines, and whose page says how it is varied.
 * @module
 */
import { describe, expect, test } from 'vitest';
import { variationTexts } from '../../dashboard/web/problems/variation-text.ts';
import { startStackProcess } from '../../tools/stack/stack.ts';
import { until } from '../../tools/stack/until.ts';
import { readSteps } from '../workshop/steps.ts';

/** What the page says about each section of the text. */
const WORDS: Record<string, string> = {
  'Random delays': 'rng has exponential delays',
  Errors: 'rng fails 10% of requests',
  'Hanging requests': 'rng never answers 5% of requests',
  'A slow replica': 'rng-2 is 5 times slower',
  'A leak': 'rng leaks 1000 KiB per request',
  'A miner that ignores SIGTERM': 'miner ignores SIGTERM',
  Poison: 'producer makes 1 job in 20 poison',
  'A fixed rate of jobs': 'producer adds 5 jobs/s',
};

const variations = readSteps().flatMap((step) =>
  step.kind === 'commands' && step.notRun === 'test/course/workshop-variations.test.ts'
    ? [[step.heading, step.commands.npm[0] ?? ''] as const]
    : [],
);

test('every variation has its words', () => {
  expect(variations.map(([heading]) => heading)).toEqual(Object.keys(WORDS));
});

describe('in the workshop,', () => {
  test.each(variations)('%s: %s', async (heading, command) => {
    const [settings = '', args = ''] = command.split(/ ?npm start(?: -- )?/);
    await using stack = await startStackProcess({
      env: Object.fromEntries(
        settings.split(' ').map((pair) => pair.split('=') as [string, string]),
      ),
      args: args.split(' ').filter(Boolean),
    });
    const frame = await until('the page tells the variation, and the stack mines', async () => {
      const latest = await stack.frame();
      return latest && latest.variations.length > 0 && latest.loops > 10 && latest;
    });
    expect(frame.variations.flatMap(variationTexts)).toEqual([WORDS[heading]]);
  });
});
