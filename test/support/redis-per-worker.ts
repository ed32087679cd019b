/**
 * Vitest global setup: a Redis for each worker, which one test file after another uses.
 * @module
 */
import type { TestProject } from 'vitest/node';
import { freePort } from './free-port.ts';
import { redisOn } from '../../tools/stack/redis-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Ports of the servers, in the order of VITEST_POOL_ID. */
    redisPorts: number[];
  }
}

/** Starts the servers. Returns the teardown, which stops them. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await using starting = new AsyncDisposableStack();
  const ports: number[] = [];
  for (let worker = 1; worker <= project.config.maxWorkers; worker++) {
    const server = starting.use(redisOn(await freePort()));
    await server.ready;
    ports.push(server.port);
  }
  project.provide('redisPorts', ports);
  const running = starting.move();
  return () => running.disposeAsync();
}
