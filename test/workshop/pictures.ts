/**
 * Takes the pictures in the workshop's text: `node test/workshop/pictures.ts`.
 * @module
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { startBrowser } from '../../tools/stack/browser.ts';
import { openPage } from '../../tools/stack/open-page.ts';
import { startStackProcess } from '../../tools/stack/stack.ts';

const FOLDER = 'docs/workshop';

/** Enough history to fill the plot's shortest range. */
const HISTORY_MS = 75_000;

const VIEWPORT = { width: 900, height: 700 };

await using stack = await startStackProcess();
await sleep(HISTORY_MS);
const browser = await startBrowser();
const { page } = await openPage(browser, `${stack.dashboard}/?minutes=1&classic`, {
  viewport: VIEWPORT,
});
await sleep(2000); // the plot draws with the next frame
const box = await page.getByTestId('plot').boundingBox();
const devTools = await page.context().newCDPSession(page);
const { data } = await devTools.send('Page.captureScreenshot', {
  format: 'webp',
  quality: 80,
  captureBeyondViewport: true,
  ...(box && { clip: { ...box, scale: 1 } }),
});
await mkdir(FOLDER, { recursive: true });
await writeFile(`${FOLDER}/classic-graph.webp`, Buffer.from(data, 'base64'));
await browser.close();
