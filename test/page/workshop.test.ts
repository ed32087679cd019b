/**
 * The workshop's text as the dashboard serves it, at /workshop.
 * @module
 */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { servePage } from '../../local/page.ts';
import { sharePage } from '../support/shared-browser.ts';

const { dashboard, open: openAny } = sharePage();

const open = (options = {}) => openAny('/workshop', options);

/** Returns the text of the commands that the page shows. */
const shownCommands = (page: Page) => page.locator('.commands:visible code').allTextContents();

const button = (page: Page, name: string) => page.getByRole('button', { name }).first();

describe('the workshop', () => {
  test('is linked from the main page', async () => {
    await using shown = await openAny();
    await shown.page.getByRole('link', { name: 'Workshop' }).click();
    await shown.page.waitForURL('**/workshop');
    expect(await shown.page.title()).toBe('Workshop · DockerCoins');
  });

  test('links only to what exists', async () => {
    await using shown = await open();
    const hrefs = await shown.page.evaluate<string[]>(
      '[...document.querySelectorAll("a")].map((link) => link.getAttribute("href"))',
    );
    expect(hrefs).toContain('./queues');
    for (const href of new Set(hrefs)) {
      if (href.startsWith('#')) {
        expect(await shown.page.locator(`[id="${href.slice(1)}"]`).count(), href).toBe(1);
      } else {
        expect(href).toMatch(/^\.\//);
        expect((await fetch(new URL(href, `${dashboard}/workshop`))).status, href).toBe(200);
      }
    }
    expect(shown.problems).toEqual([]);
  });

  test('shows the commands for npm start or those for Compose, and remembers which', async () => {
    await using shown = await open();
    const { page } = shown;
    const npm = await shownCommands(page);
    expect(npm).toContain('npm start');
    expect(npm.join('\n')).not.toContain('docker compose');
    const tab = button(page, 'Compose');
    await tab.click();
    expect(await tab.getAttribute('aria-pressed')).toBe('true');
    const compose = await shownCommands(page);
    expect(compose).toContain('docker compose up');
    expect(compose.join('\n')).not.toContain('npm start');
    await page.reload();
    expect(await shownCommands(page)).toEqual(compose);
    await button(page, 'npm start').click();
    expect(await shownCommands(page)).toEqual(npm);
  });

  test('keeps the clicked tab where it is', async () => {
    await using shown = await open();
    const tabs = shown.page.getByRole('button', { name: 'Compose' });
    const last = tabs.last();
    await last.scrollIntoViewIfNeeded();
    const before = await last.boundingBox();
    await last.click();
    expect((await last.boundingBox())?.y).toBeCloseTo(before?.y ?? NaN, 0);
  });

  test('copies commands without their comments', async () => {
    await using shown = await open({ permissions: ['clipboard-read', 'clipboard-write'] });
    const { page } = shown;
    const block = page.locator('.commands', { hasText: 'httping -c 5 http://localhost:8001' });
    expect(await block.locator('code').textContent()).toContain('# rng');
    await Promise.all([
      block.getByText('Copied').waitFor(), // it is shown for two seconds
      block.getByRole('button', { name: 'Copy' }).click(),
    ]);
    const copied = await page.evaluate<string>('navigator.clipboard.readText()');
    expect(copied).toBe('httping -c 5 http://localhost:8001');
  });

  test('folds its answers', async () => {
    await using shown = await open();
    const answer = shown.page.locator('details').first();
    const text = answer.locator('p').first();
    expect(await text.isVisible()).toBe(false);
    await answer.locator('summary').click();
    expect(await text.isVisible()).toBe(true);
  });

  test('has the theme that was selected on the main page', async () => {
    await using shown = await openAny('/', { colorScheme: 'light' });
    const { page } = shown;
    await page.getByLabel('Theme').selectOption('dark');
    await page.goto(`${dashboard}/workshop`);
    expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
    expect(await page.getByLabel('Theme').inputValue()).toBe('dark');
    await page.getByLabel('Theme').selectOption('light');
    await page.goto(dashboard);
    expect(await page.locator('html').getAttribute('data-theme')).toBe('light');
  });
});

test('npm run dev serves the workshop, too', async () => {
  const port = await freePort();
  await using running = new AsyncDisposableStack();
  running.use(await servePage(port, '127.0.0.1', dashboard));
  const response = await fetch(`http://127.0.0.1:${port}/workshop`);
  expect(await response.text()).toContain('<h1>Workshop</h1>');
});
