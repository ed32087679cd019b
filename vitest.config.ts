import { availableParallelism } from 'node:os';
import { defineConfig, type TestUserConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';
import { LIMIT_MS } from './tools/stack/until.ts';

const cores = availableParallelism();

/** Tests wait with `until`, which has the one limit; this one only ends a test that waits for something else. */
const timeouts = { testTimeout: 5 * LIMIT_MS, hookTimeout: 5 * LIMIT_MS };

const runFolder = 'test/support/run-folder.ts';
const page = 'test/support/built-page.ts';
const services = 'test/support/built-services.ts';
const redis = 'test/support/redis-per-worker.ts';
const browser = 'test/support/browser-per-run.ts';
const stack = 'test/support/stack-per-run.ts';

/** Returns a project whose tests are in the folder of its name, and which fails if anything is left behind. */
const project = (name: string, setups: string[], settings: TestUserConfig = {}) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    globalSetup: [runFolder, redis, ...setups],
    setupFiles: 'test/support/leaks.ts',
    restoreMocks: true,
    ...timeouts,
    ...settings,
  },
});

/** These tests wait most of the time. */
const idle = { maxWorkers: cores + 2 };

/** CONTRIBUTING.md says which project a new test belongs to. `npm test` runs unit, stack and page. */
export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      // One rule or one part, next to the file under test: no process and no browser, but a real Redis.
      project('unit', [], {
        include: [
          '{common,rng,hasher,producer,miner,dashboard,simulation,local,tools,deploy}/**/*.test.ts',
          'test/{faults,files,kubernetes,support,workshop}/**/*.test.ts',
        ],
        isolate: false, // a third of the time went into importing the same modules again
        maxWorkers: cores + 1, // they wait some of the time
      }),
      // Services, and the whole stack, as processes.
      project('stack', [page], { maxWorkers: cores }),
      // What takes longer: groups of Redis servers, every process that can be killed, bundles.
      project('deep', [page, services], idle),
      // The page in a browser that all files share, as is the running stack that they look at.
      project('page', [page, browser, stack], { maxWorkers: cores }),
      // What takes longer: every size and theme, and the views that are loaded on demand.
      project('views', [page, services, browser, stack], idle),
      // What the page says in every state of a stack that is broken on purpose.
      project('states', [page, services, browser], idle),
      // The lab and the incidents, as a student runs them.
      project('course', [page, services], idle),
      // Statements about time. Each may be tried once more, because anything may slow a machine down, such as a third file.
      project('speed', [page, services], { maxWorkers: cores, retry: 1 }),
      // The simulation against the real stack. Each setting runs alone.
      project('simulation', [page], { fileParallelism: false, retry: 1 }),
      // A Docker Engine is required from here on, or kubectl, or proxies.
      {
        test: {
          name: 'compose',
          include: ['test/compose/**/*.test.ts'],
          globalSetup: runFolder,
          maxWorkers: 2, // of a stack of containers, only the start keeps two cores busy
          ...timeouts,
        },
      },
      // Real reverse proxies.
      project('proxies', [page, browser], { fileParallelism: false }),
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
