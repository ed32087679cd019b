import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        // Rules and single services, beside the files that they test; some on a throw-away Redis.
        test: {
          name: 'unit',
          maxWorkers: 3, // most of the time is waiting
          include: [
            '{common,rng,hasher,producer,miner,dashboard,local,lab,bench,test/faults}/**/*.test.ts',
          ],
        },
      },
      {
        // The whole stack as processes, and its page in Chromium: one at a time, for they measure it.
        test: {
          name: 'stack',
          include: ['test/*.test.ts'],
          exclude: ['test/compose.test.ts'],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        // Needs a Docker Engine: npm run test:compose.
        test: {
          name: 'compose',
          include: ['test/compose.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
