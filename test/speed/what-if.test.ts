/**
 * What-if from the question to the measured speed: the page predicts, its command is typed, and the page compares.
 * @module
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startBrowser } from '../../tools/stack/browser.ts';
import { openPage } from '../../tools/stack/open-page.ts';
import { startStackProcess } from '../../tools/stack/stack.ts';
import { until } from '../../tools/stack/until.ts';
import { runInShell } from '../workshop/shell.ts';

test('the page predicts the speed within 3%, and says so', async () => {
  await using running = new AsyncDisposableStack();
  const dir = await mkdtemp(join(tmpdir(), 'dockercoins-what-if-'));
  running.defer(() => rm(dir, { recursive: true }));
  const stack = running.use(await startStackProcess({ dir, args: ['--scale', 'miner=2'] }));
  const browser = running.adopt(await startBrowser(), (it) => it.close());
  const { page, text } = running.use(await openPage(browser, stack.dashboard));
  const drawer = page.getByRole('dialog', { name: 'What if…' });
  const set = (name: string, value: string) => drawer.getByRole('slider', { name }).fill(value);

  /** Types the command, and waits until the page has measured what it has predicted. */
  async function makeReal(): Promise<void> {
    await runInShell(await drawer.getByLabel('Command').innerText(), { LOCAL_DIR: dir });
    const inBand = /^Predicted [\d.]+\/s, measured [\d.]+\/s: (as predicted|[1-3]% (less|more))\.$/;
    await until('the page says that the measured speed is the predicted one', async () => {
      const outcome = page.getByTestId('outcome');
      return (await outcome.count()) > 0 && inBand.test((await outcome.innerText()).trim());
    });
  }

  await until('the stack has warmed up', async () => ((await stack.frame())?.loops ?? 0) > 150);
  await page.getByRole('button', { name: 'What if…' }).click();
  await set('Miners', '7');
  await set('rngs', '2');
  await drawer.getByLabel(/How fast will it be with 7 miners, 2 rngs/).fill('25');
  await drawer.getByRole('button', { name: 'Guess' }).click();
  await until('rng is predicted to be the limit', async () =>
    /rng limits/.test(await text('prediction')),
  );
  await makeReal();
  expect(await text('guesses')).toMatch(/Your guess: 25\/s, measured (1[5-9]|2[0-7])% less/);

  await set('Miners', '10');
  await set('rngs', '1');
  await until('half the speed is predicted', async () =>
    /\b0\.5 times/.test(await text('prediction')),
  );
  await makeReal();
});
