/**
 * The variations in the workshop's text: the page says how each command varies the stack.
 * @module
 */
import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
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
    ? [{ heading: step.heading, command: step.commands.npm[0] ?? '' }]
    : [],
);

test('every variation has its words', () => {
  expect(variations.map(({ heading }) => heading)).toEqual(Object.keys(WORDS));
});

test('a stack with the settings and arguments of all variations mines, and its page tells each of them', async () => {
  const commands = variations.map(({ command }) => command.split(/ ?npm start(?: -- )?/));
  const settings = commands.flatMap(([before = '']) => before.split(' '));
  const args = commands.flatMap(([, after = '']) => after.split(' '));
  await using stack = await startStackProcess({
    env: Object.fromEntries(settings.map((pair) => pair.split('=') as [string, string])),
    args: args.filter(Boolean),
  });
  const words = Object.values(WORDS).sort();
  const told = async () => (await stack.frame())?.variations.flatMap(variationTexts).sort();
  try {
    await until('the page tells all of them', async () => isDeepStrictEqual(await told(), words));
  } catch (cause) {
    throw new Error(`it tells: ${(await told())?.join(', ')}`, { cause });
  }
  await until('the stack mines', async () => ((await stack.frame())?.loops ?? 0) > 10);
});
