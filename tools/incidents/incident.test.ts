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

test('a stack with other settings is not, because it has another speed', async () => {
  const settings = testSettings({ rng: [{ delayMs: 0, slots: 0 }] });
  await expect(check(testFrame({}, { settings }))).rejects.toThrow(
    'incidents need the default settings, without --fast; this stack has: work 100 ms, rng 0 ms, hasher 100 ms',
  );
});
