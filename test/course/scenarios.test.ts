/**
 * Every scenario of the playground, clicked through: question, guess, run, answer. What it claims is checked next to its file.
 * @module
 */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SCENARIOS } from '../../dashboard/web/playground/scenarios/all.ts';
import { startBrowser } from '../../tools/stack/browser.ts';
import { openPage } from '../../tools/stack/open-page.ts';
import { until } from '../../tools/stack/until.ts';
import { startStaticServer } from '../support/static-server.ts';

const running = new AsyncDisposableStack();
let url: string;
let browser: Awaited<ReturnType<typeof startBrowser>>;
beforeAll(async () => {
  const folder = join(process.env['BUILT_PAGE'] ?? '', 'playground');
  ({ url } = running.use(await startStaticServer(folder, '')));
  browser = running.adopt(await startBrowser(), (it) => it.close());
});
afterAll(() => running.disposeAsync());

test.each(Object.entries(SCENARIOS))('%s', async (name, { question, explanation }) => {
  await using shown = await openPage(browser, `${url}?embed#scenario=${name}&speed=100`);
  const { page, text, problems } = shown;
  await page.getByText(question).waitFor();
  expect(await page.getByText(explanation.slice(0, 40)).count()).toBe(0);
  await page.getByLabel('Your guess').fill('10');
  await page.getByRole('button', { name: 'Guess and run' }).click();
  await until('the answer is shown', async () =>
    /^Your guess: 10\D.*simulated: \d/.test(await text('answer')),
  );
  await page.getByText(explanation.slice(0, 40)).waitFor();
  expect(problems).toEqual([]);
});
