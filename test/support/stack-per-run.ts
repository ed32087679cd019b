/**
 * Vitest global setup: a stack with the default settings, for test files that look at it and change nothing.
 * @module
 */
import type { TestProject } from 'vitest/node';
import { startStackProcess } from '../../tools/stack/stack.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Origin of the dashboard. */
    dashboard: string;
  }
}

/** Starts the stack. Returns the teardown, which stops it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const stack = await startStackProcess();
  project.provide('dashboard', stack.dashboard);
  return async () => stack[Symbol.asyncDispose]();
}
