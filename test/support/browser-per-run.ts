/**
 * Vitest global setup: one browser for all test files. Each page has a profile of its own.
 * @module
 */
import type { TestProject } from 'vitest/node';
import { startBrowserServer } from '../../tools/stack/browser.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Address at which the browser can be connected to. */
    browserEndpoint: string;
  }
}

/** Starts the browser. Returns the teardown, which closes it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startBrowserServer();
  project.provide('browserEndpoint', server.wsEndpoint());
  return () => server.close();
}
