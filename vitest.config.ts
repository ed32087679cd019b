import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { LIMIT_MS } from './testing/until.ts';

const cores = availableParallelism();

/** Tests wait with `until`, which has the one limit; this one only ends a test that waits for something else. */
const timeouts = { testTimeout: 5 * LIMIT_MS, hookTimeout: 5 * LIMIT_MS };

const setupFiles = 'testing/leaks.ts';
const runFolder = 'testing/run-folder.ts';
const page = 'testing/built-page.ts';
const redis = 'testing/redis-per-worker.ts';
const browser = 'testing/browser-per-run.ts';
const stack = 'testing/stack-per-run.ts';

/** CONTRIBUTING.md says which project a new test belongs to. `npm test` runs unit, stack and page. */
export default defineConfig({
  test: {
    projects: [
      {
        // One rule or one part, next to the file under test: no process and no browser, but a real Redis.
        test: {
          name: 'unit',
          include: [
            '{common,rng,hasher,producer,miner,dashboard,local,lab,bench,deploy,testing}/**/*.test.ts',
            'test/{faults,files,kubernetes,workshop}/**/*.test.ts',
          ],
          globalSetup: [runFolder, redis],
          setupFiles,
          maxWorkers: cores + 1, // some of the tests wait
          ...timeouts,
        },
      },
      {
        // Services, and the whole stack, as processes.
        test: {
          name: 'stack',
          include: ['test/stack/**/*.test.ts'],
          globalSetup: [runFolder, redis, page],
          setupFiles,
          maxWorkers: cores,
          ...timeouts,
        },
      },
      {
        // What takes longer: groups of Redis servers, every process that can be killed, bundles.
        test: {
          name: 'deep',
          include: ['test/deep/**/*.test.ts'],
          globalSetup: [runFolder, redis, page],
          setupFiles,
          maxWorkers: cores,
          ...timeouts,
        },
      },
      {
        // The page in a browser that all files share, as is the running stack that they look at.
        test: {
          name: 'page',
          include: ['test/page/**/*.test.ts'],
          globalSetup: [runFolder, redis, page, browser, stack],
          setupFiles,
          maxWorkers: cores,
          ...timeouts,
        },
      },
      {
        // What the page says in every state of a stack that is broken on purpose.
        test: {
          name: 'states',
          include: ['test/states/**/*.test.ts'],
          globalSetup: [runFolder, redis, page, browser],
          setupFiles,
          maxWorkers: cores,
          ...timeouts,
        },
      },
      {
        // The lab, the incidents and the workshop, as a student runs them.
        test: {
          name: 'course',
          include: ['test/course/**/*.test.ts'],
          globalSetup: [runFolder, redis, page],
          setupFiles,
          maxWorkers: cores,
          ...timeouts,
        },
      },
      {
        // Statements about time. Each runs alone, and may be tried once more, because anything may slow a machine down.
        test: {
          name: 'speed',
          include: ['test/speed/**/*.test.ts'],
          globalSetup: [runFolder, redis, page],
          setupFiles,
          fileParallelism: false,
          retry: 1,
          ...timeouts,
        },
      },
      // A Docker Engine is required from here on, or kubectl.
      {
        test: {
          name: 'compose',
          include: ['test/compose/**/*.test.ts'],
          globalSetup: runFolder,
          fileParallelism: false, // one of them measures
          testTimeout: 180_000,
          hookTimeout: 600_000,
        },
      },
      { test: { name: 'kubectl', include: ['test/kubectl/**/*.test.ts'] } },
      {
        test: {
          name: 'swarm',
          include: ['test/swarm/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 600_000,
        },
      },
      {
        test: {
          name: 'observability',
          include: ['test/observability/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
