import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        // Rules and single services, next to the files they test; some need a throwaway Redis.
        test: {
          name: 'unit',
          maxWorkers: 3, // most of the time is waiting
          setupFiles: 'testing/leaks.ts',
          include: [
            '{common,rng,hasher,producer,miner,dashboard,local,lab,bench,testing,test/faults}/**/*.test.ts',
          ],
        },
      },
      {
        // The whole stack as processes, and its page in Chromium. One file at a time, because they measure performance.
        test: {
          name: 'stack',
          include: ['test/*.test.ts'],
          exclude: ['test/compose.test.ts'],
          setupFiles: 'testing/leaks.ts',
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
