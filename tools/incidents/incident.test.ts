import { expect, test } from 'vitest';
import type { Frame, Problem } from '../../dashboard/frame/frame.ts';
import { startServer } from '../../test/support/http-server.ts';
import { testFrame, testSettings } from '../stack/frame-data.ts';
import { checkUsable } from './incident.ts';

/** Checks a stack whose dashboard has this frame. */
async function check(frame: Frame): Promise<void> {
  await using server = await startServer((_request, response) => {
    response.end(JSON.stringify(frame));
  });
  const dashboard = `http://127.0.0.1:${server.port}`;
  await checkUsable({ origins: { dashboard, rng: '', hasher: '' } }, 0);
}

test('a healthy stack with the default settings is usable', async () => {
  await check(testFrame());
});

test('a stack with a problem is not', async () => {
  const problem: Problem = { part: 'queue', severity: 'error', text: 'It is full.', advice: '' };
  await expect(check(testFrame({}, { problems: [problem] }))).rejects.toThrow(
    'the stack has a problem already: It is full.',
  );
});

const NEEDED =
  'incidents need the default settings (work 100 ms, rng 100 ms × 1, hasher 100 ms); this stack has';

test.each([
  [
    'a stack without delays',
    testSettings({ rng: [{ delayMs: 0, slots: 0 }] }),
    `${NEEDED} work 100 ms, rng 0 ms, hasher 100 ms`,
  ],
  [
    'a stack with two queues',
    testSettings({ miner: [{ delayMs: 100, slots: 2 }] }),
    `${NEEDED} work 100 ms × 2, rng 100 ms × 1, hasher 100 ms`,
  ],
  ['a stack of other services', null, 'the settings of this stack are unknown'],
])('%s is not, because it has another speed', async (_, settings, message) => {
  await expect(check(testFrame({}, { settings }))).rejects.toThrow(message);
});
