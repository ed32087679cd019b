/**
 * Memory of the page over time: `npm run bench:page` opens it in Chromium and prints its heap size once a minute.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { MAX_REPLICAS } from '../../local/args.ts';
import type { Command } from '../../local/commands.ts';
import { option, parseOptions, wholeNumber } from '../../local/options.ts';
import { startBrowser } from '../stack/browser.ts';
import { openPage } from '../stack/open-page.ts';
import { startStackProcess } from '../stack/stack.ts';

const OPTIONS = {
  minutes: option('N', wholeNumber(0, 10_000), 'how long', 10),
  miners: option('N', wholeNumber(0, MAX_REPLICAS), 'replicas of miner', 10),
};

export const command: Command = {
  options: OPTIONS,
  async run(args) {
    const { minutes, miners } = parseOptions(OPTIONS, args);
    await using stack = await startStackProcess({ args: ['--scale', `miner=${miners}`] });
    await using browser = await startBrowser();
    await using shown = await openPage(browser, stack.dashboard, {
      reducedMotion: 'no-preference',
    });
    const session = await shown.page.context().newCDPSession(shown.page);
    for (let minute = 0; minute <= minutes; minute++) {
      if (minute > 0) await sleep(60_000);
      await session.send('HeapProfiler.collectGarbage');
      const { usedSize } = await session.send('Runtime.getHeapUsage');
      console.log(`heap after ${minute} min: ${(usedSize / 2 ** 20).toFixed(2)} MiB`);
    }
  },
};
