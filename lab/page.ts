/**
 * What the page costs: `npm run lab:page` opens it in Chromium and watches its heap, then has many
 * viewers listen at once and watches the dashboard's processor time.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startBrowser } from '../test/support/browser.ts';
import { openPage } from '../test/support/page.ts';
import { startStackProcess, type RunningStack } from '../test/support/stack.ts';
import { processorSeconds } from './processes.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seconds: { type: 'string', default: '30' },
    miners: { type: 'string', default: '10' },
  },
});

const stack = await startStackProcess({ args: ['--scale', `miner=${values.miners}`] });
try {
  for (const viewers of [1, 50, 200]) {
    const load = await loadOf(stack, viewers, Number(values.seconds));
    console.log(`${viewers} viewers: ${(load * 100).toFixed(1)} % of a core`);
  }
  for (const line of await watchHeap(stack, Number(values.minutes))) console.log(line);
} finally {
  await stack[Symbol.asyncDispose]();
}

/** Share of a core that the dashboard uses while so many viewers read its events. */
async function loadOf(
  { dashboard, pids }: RunningStack,
  viewers: number,
  seconds: number,
): Promise<number> {
  const leave = new AbortController();
  const reading = Array.from({ length: viewers }, () => readEvents(dashboard, leave.signal));
  const pid = (await pids()).get('dashboard-1') ?? NaN;
  await sleep(5000);
  const before = await processorSeconds(pid);
  const began = performance.now();
  await sleep(seconds * 1000);
  const used = (await processorSeconds(pid)) - before;
  const load = (used * 1000) / (performance.now() - began);
  leave.abort();
  await Promise.all(reading);
  return load;
}

async function readEvents(dashboard: string, signal: AbortSignal): Promise<void> {
  try {
    const answer = await fetch(`${dashboard}/api/events`, { signal });
    await answer.body?.pipeTo(new WritableStream());
  } catch (err) {
    if (!signal.aborted) throw err;
  }
}

/** The page's heap after a garbage collection, once a minute. */
async function watchHeap({ dashboard }: RunningStack, minutes: number): Promise<string[]> {
  const browser = await startBrowser();
  await using shown = await openPage(browser, dashboard);
  const session = await shown.page.context().newCDPSession(shown.page);
  const lines: string[] = [];
  for (let minute = 0; minute <= minutes; minute++) {
    await session.send('HeapProfiler.collectGarbage');
    const { usedSize } = await session.send('Runtime.getHeapUsage');
    lines.push(`heap after ${minute} min: ${(usedSize / 1e6).toFixed(2)} MB`);
    if (minute < minutes) await sleep(60_000);
  }
  await browser.close();
  return lines;
}
