import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Test files that take minutes, although some of them are small. */
const LONG = /\/(page-truth|scale|workshop(-variations)?|incidents-\w+)\.test\.ts$/;

/** Starts long files first, so that none runs on alone at the end. By default, Vitest starts large ones first. */
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) => LONG.test(moduleId);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongFirst },
    projects: [
      {
        // Unit tests, next to the files they test; some start a temporary Redis.
        test: {
          name: 'unit',
          maxWorkers: 5, // the tests mostly wait
          setupFiles: 'testing/leaks.ts',
          include: [
            '{common,rng,hasher,producer,miner,dashboard,local,lab,bench,deploy,testing,test/faults,test/workshop}/**/*.test.ts',
            'test/{docs,compose-files,workflows}.test.ts',
            'test/kubernetes/!(render).test.ts',
          ],
        },
      },
      {
        // The whole stack as processes, and its page in Chromium. Three files at a time: they mostly wait.
        test: {
          name: 'stack',
          include: ['test/*.test.ts'],
          exclude: [
            'test/{compose,compose-deployment,lab-compose,observability,docs,compose-files,swarm,workflows}.test.ts',
            'test/{clocks,conformance,frozen-replicas,shutdown,workshop-compose}.test.ts',
          ],
          globalSetup: 'testing/built-page.ts',
          setupFiles: 'testing/leaks.ts',
          maxWorkers: 3,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        // The same, but these measure speeds and deadlines so exactly that nothing else may run meanwhile.
        test: {
          name: 'speed',
          include: ['test/{clocks,conformance,frozen-replicas,shutdown}.test.ts'],
          globalSetup: 'testing/built-page.ts',
          setupFiles: 'testing/leaks.ts',
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        // Requires a Docker Engine: npm run test:compose.
        test: {
          name: 'compose',
          include: ['test/{compose,compose-deployment,lab-compose,workshop-compose}.test.ts'],
          fileParallelism: false, // one of them measures
          testTimeout: 180_000,
          hookTimeout: 600_000,
        },
      },
      {
        // Requires kubectl: npm run test:kubernetes.
        test: { name: 'kubernetes', include: ['test/kubernetes/render.test.ts'] },
      },
      {
        // Requires a Docker Swarm of containers: npm run test:swarm.
        test: {
          name: 'swarm',
          include: ['test/swarm.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 600_000,
        },
      },
      {
        // Requires a Docker Engine: npm run test:observability.
        test: {
          name: 'observability',
          include: ['test/observability.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
