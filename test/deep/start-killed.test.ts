/**
 * Whichever process of `npm start` is killed, all others exit, and the next start continues with the same data.
 * `test/stack/start-killed.test.ts` begins with npm and the supervisor.
 * @module
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { KilledStacks } from '../support/killed-stacks.ts';
import type { victims } from '../support/process-tree.ts';
import type { StackChoice } from '../../tools/stack/stack.ts';

const running = new AsyncDisposableStack();
let stacks: KilledStacks;
beforeAll(async () => {
  stacks = running.use(await KilledStacks.create());
});
afterAll(() => running.disposeAsync());

test.each<[string, keyof typeof victims, NodeJS.Signals, StackChoice]>([
  ['npm is terminated', 'npm', 'SIGTERM', { npm: true }],
  ['setup.mjs is killed', 'setup', 'SIGKILL', { npm: true }],
  ['the supervisor is killed below npm', 'supervisor', 'SIGKILL', { npm: true }],
  ['the supervisor is killed with --dev', 'supervisor', 'SIGKILL', { args: ['--dev'] }],
])('all processes exit if %s', (_event, victim, signal, choice) =>
  stacks.expectAllExit(victim, signal, choice),
);

test('the next start continues to count and exits cleanly', async () => {
  await using stack = await stacks.start();
  expect(await stack.stop('SIGINT')).toBe(0);
});
