/**
 * The page in a browser that blocks what it would like to use.
 * @module
 */
import { describe, expect, test } from 'vitest';
import { sharePage } from '../../testing/shared-browser.ts';
import { until } from '../../testing/until.ts';

const { open } = sharePage();

/** Scripts that run before the page's own. */
const BLOCKED = {
  'all site data': `for (const name of ['localStorage', 'sessionStorage', 'indexedDB', 'caches', 'cookieStore'])
    Object.defineProperty(window, name, { get() { throw new DOMException('Access is denied', 'SecurityError'); } });`,
  'a full storage': `Storage.prototype.setItem = () => {
    throw new DOMException('The quota has been exceeded', 'QuotaExceededError'); };`,
  'no storage': `for (const name of ['localStorage', 'sessionStorage'])
    Object.defineProperty(window, name, { value: null });`,
};

describe.each(Object.entries(BLOCKED))('with %s,', (_, script) => {
  const openBlocked = async (path: string) => {
    const shown = await open(path, { colorScheme: 'light' });
    await shown.page.addInitScript(script);
    await shown.page.reload();
    shown.problems.length = 0; // the first load may have been cut off
    return shown;
  };

  test.each(['/', '/?classic&minutes=1', '/?wall'])('%s shows all figures', async (path) => {
    await using shown = await openBlocked(path);
    await until('the page shows a speed', async () => (await shown.number('speed')) > 0);
    const reveal = shown.page.getByRole('button', { name: 'Reveal the bottleneck' });
    await reveal.click();
    await until('the bottleneck appears', async () => (await reveal.count()) === 0);
    expect(shown.problems).toEqual([]);
  });

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

test('without an event stream, the page says that it has no connection', async () => {
  await using shown = await open();
  await shown.page.addInitScript('delete window.EventSource');
  await shown.page.reload();
  const status = shown.page.locator('header [role=status]');
  await until('the page says so', async () =>
    ((await status.textContent()) ?? '').includes('connection lost'),
  );
});
