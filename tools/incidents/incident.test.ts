import { expect, test, vi } from 'vitest';
import type { Frame, Problem } from '../../dashboard/frame/frame.ts';
import { startServer } from '../../test/support/http-server.ts';
import { replaceSleep, simulateTime } from '../../test/support/simulated-time.ts';
import { testFrame, testSettings } from '../stack/frame-data.ts';
import { causeIncident, checkUsable } from './incident.ts';
import { SCENARIOS } from './scenarios/all.ts';
import { BASELINE, type Stack } from './scenarios/scenario.ts';

replaceSleep(async (ms) => void (await vi.advanceTimersByTimeAsync(ms)));

const startDashboard = (frame: Frame) =>
  startServer((_request, response) => response.end(JSON.stringify(frame)));

/** Checks a stack whose dashboard has this frame. */
async function check(frame: Frame): Promise<void> {
  await using server = await startDashboard(frame);
  await checkUsable({ origins: { dashboard: server.origin, rng: '', hasher: '' } }, 0);
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

test('an incident that waits for a healthy stack says why every 15 seconds, until it is canceled', async () => {
  simulateTime();
  const slow = testFrame({}, { speed: 5, miners: BASELINE.miner, rng: BASELINE.rng });
  await using server = await startDashboard(slow);
  const deployment = {
    origins: { dashboard: server.origin, rng: '', hasher: '' },
    scale: () => Promise.resolve(),
  };
  const stack = { deployment, saved: { scale: BASELINE } } as unknown as Stack;
  const canceled = new AbortController();
  const reports: [seconds: number, reason: string][] = [];
  const onWait = (reason: string) => {
    reports.push([Math.floor(performance.now() / 1000), reason]);
    if (reports.length === 2) canceled.abort(new Error('it was canceled'));
  };
  const [scenario] = SCENARIOS;
  if (scenario === undefined) throw new Error('no scenario');
  await expect(causeIncident(stack, scenario, canceled.signal, onWait)).rejects.toThrow(
    'it was canceled',
  );
  expect(reports).toEqual([
    [15, 'the speed is 5.0, expected 9.0 to 11.0 hashes/s: this machine may be too busy'],
    [30, 'the speed is 5.0, expected 7.5 to 11.0 hashes/s: this machine may be too busy'],
  ]);
});
