/**
 * Memory of the page over time: `npm run bench:page` opens it in Chromium and prints its heap size once a minute.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startBrowser } from '../stack/browser.ts';
import { openPage } from '../stack/open-page.ts';
import { startStackProcess } from '../stack/stack.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    miners: { type: 'string', default: '10' },
  },
});

await using stack = await startStackProcess({ args: ['--scale', `miner=${values.miners}`] });
await using browser = await startBrowser();
await using shown = await openPage(browser, stack.dashboard, { reducedMotion: 'no-preference' });
const session = await shown.page.context().newCDPSession(shown.page);
for (let minute = 0; minute <= Number(values.minutes); minute++) {
  if (minute > 0) await sleep(60_000);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  console.log(`heap after ${minute} min: ${(usedSize / 2 ** 20).toFixed(2)} MiB`);
}
