/**
 * The page in a browser that blocks what it would like to use.
 * @module
 */
import { describe, expect, test } from 'vitest';
import { sharePage } from '../support/shared-browser.ts';
import { until } from '../../tools/stack/until.ts';

const { open } = sharePage();

const BLOCKED = {
  'all site data': `for (const name of ['localStorage', 'sessionStorage', 'indexedDB', 'caches', 'cookieStore'])
    Object.defineProperty(window, name, { get() { throw new DOMException('Access is denied', 'SecurityError'); } });`,
  'a full storage': `Storage.prototype.setItem = () => {
    throw new DOMException('The quota has been exceeded', 'QuotaExceededError'); };`,
};

/** Opens a page with a script that runs before its own. */
const openWith = (script: string, path: string) =>
  open(path, {}, (page) => page.addInitScript(script));

describe.each(Object.entries(BLOCKED))('with %s,', (_, script) => {
  const openBlocked = (path: string) => openWith(script, path);

  test('the page follows what its user chooses until it is closed', async () => {
    await using shown = await openBlocked('/');
    await shown.page.getByLabel('Theme').selectOption('dark');
    expect(await shown.page.locator('html').getAttribute('data-theme')).toBe('dark');
    await shown.page.getByLabel(/enter your guess/).fill('33');
    await shown.page.getByRole('button', { name: 'Guess', exact: true }).click();
    expect(await shown.text('guess')).toContain('your guess: 33');
    expect(shown.problems).toEqual([]);
  });

  test('so does the workshop', async () => {
    await using shown = await openBlocked('/workshop');
    await shown.page.getByLabel('Theme').selectOption('dark');
    expect(await shown.page.locator('html').getAttribute('data-theme')).toBe('dark');
    await shown.page.getByRole('button', { name: 'Compose' }).first().click();
    expect(await shown.page.locator('html').getAttribute('data-way')).toBe('compose');
    expect(shown.problems).toEqual([]);
  });
});

test.each(['/?classic', '/?wall'])('without site data, %s shows all figures', async (path) => {
  await using shown = await openWith(BLOCKED['all site data'], path);
  await until('the page shows a speed', async () => (await shown.number('speed')) > 0);
  const reveal = shown.page.getByRole('button', { name: 'Reveal the bottleneck' });
  await reveal.click();
  await until('the bottleneck appears', async () => (await reveal.count()) === 0);
  expect(shown.problems).toEqual([]);
});

test('without an event stream, the page says that it has no connection', async () => {
  await using shown = await openWith('delete window.EventSource', '/');
  const status = shown.page.locator('header [role=status]');
  await until('the page says so', async () =>
    ((await status.textContent()) ?? '').includes('connection lost'),
  );
});
