import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { build } from 'vite';
import { expect, test } from 'vitest';
import { simulate } from './figures.ts';
import { Pipeline } from './pipeline.ts';
import { frames } from './samples.ts';
import { planOf } from './settings.ts';

/** What a program in a browser would do with the simulation, as a virtual file. */
const ENTRY = 'virtual:entry';
const PROGRAM = `
  import { simulate } from '${join(import.meta.dirname, 'figures.ts')}';
  import { Pipeline } from '${join(import.meta.dirname, 'pipeline.ts')}';
  import { frames } from '${join(import.meta.dirname, 'samples.ts')}';
  import { planOf } from '${join(import.meta.dirname, 'settings.ts')}';
  const plan = planOf({ settings: { RNG_DELAY_DISTRIBUTION: 'exponential' }, scale: { miner: 10 } });
  globalThis.result = JSON.stringify([simulate(plan, 60), [...frames(new Pipeline(plan), 20)]]);`;

/** Bundles the program, which fails on any import that a browser does not have. */
async function bundle(): Promise<string> {
  const output = await build({
    configFile: false,
    logLevel: 'silent',
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (id === ENTRY ? `\0${ENTRY}` : undefined),
        load: (id) => (id === `\0${ENTRY}` ? PROGRAM : undefined),
      },
    ],
    build: {
      write: false,
      minify: false,
      rolldownOptions: { input: ENTRY, output: { format: 'iife' } },
    },
  });
  const [first] = [output].flat();
  if (first === undefined || !('output' in first)) throw new Error('expected a bundle');
  const [chunk] = first.output;
  return chunk.code;
}

test('a simulation gives the same results without Node.js', async () => {
  const code = await bundle();
  expect(code).not.toContain('__vite-browser-external');
  // Neither process nor Buffer nor timers, and what browsers share with Node.js.
  const context: Record<string, unknown> = { structuredClone, URLSearchParams };
  runInNewContext(code, context);
  const settings = { RNG_DELAY_DISTRIBUTION: 'exponential' } as const;
  const plan = planOf({ settings, scale: { miner: 10 } });
  const here = [simulate(plan, 60), [...frames(new Pipeline(plan), 20)]];
  expect(context['result']).toBe(JSON.stringify(here));
});
