/**
 * What every page has to fulfill.
 * @module
 */
import AxeBuilder from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/**
 * Fails if axe finds something wrong. Its legacy mode opens no second page, which saves half of the CPU time. It does not check
 * frames of other origins, so this fails if a page contains a frame.
 */
export async function expectAccessible(page: Page): Promise<void> {
  expect(await page.locator('iframe').count()).toBe(0);
  const axe = new AxeBuilder({ page }).setLegacyMode(true).options({ resultTypes: ['violations'] });
  const { violations } = await axe.analyze();
  expect(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`),
  ).toEqual([]);
}

/** Fails if the page is wider than the window, once canvases have the size of their boxes again. */
export async function expectNoOverflow(page: Page): Promise<void> {
  await page.evaluate('new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))');
  const excess = await page.evaluate(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  );
  expect(excess).toBe(0);
}
