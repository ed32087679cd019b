/**
 * What the page shows of a stack that runs undisturbed.
 * @module
 */
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { sharePage } from '../../testing/shared-browser.ts';
import { until } from '../../testing/until.ts';

const { dashboard, open } = sharePage();

describe('the page', () => {
  test('shows the speed, the queue, and the coins, and updates', async () => {
    await using shown = await open();
    await until('the speed is near 3', async () => (await shown.number('speed')) > 2);
    expect(await shown.number('speed')).toBeLessThan(3.5);
    expect(await shown.number('waiting')).toBeGreaterThan(90); // the producer keeps 100 waiting
    expect(await shown.number('failed')).toBe(0);
    await until('the producer is known', async () =>
      /^producer-1 adds [23]\.\d jobs\/s\.$/.test(await shown.text('producer')),
    );
    const completed = await shown.number('completed');
    await until('more loops are done', async () => (await shown.number('completed')) > completed);
    await until('a coin is found', async () => (await shown.number('coins')) > 0);
    expect(shown.problems).toEqual([]);
  });

  test('lists the miner, sorted by any column', async () => {
    await using shown = await open();
    const miners = shown.page.getByTestId('miner');
    await until('the page lists one miner', async () => (await miners.count()) === 1);
    const speed = async () => (await miners.locator('.speed').textContent())?.trim() ?? '';
    await until('the miner has a speed', async () => /^[23]\.\d$/.test(await speed()));
    expect(await miners.getByRole('rowheader').textContent()).toBe('miner-1');
    expect(Number(await miners.locator('.loops').textContent())).toBeGreaterThan(0);
    const header = shown.page.getByRole('columnheader', { name: 'loops' });
    for (const order of ['ascending', 'descending']) {
      await header.getByRole('button').click();
      expect(await header.getAttribute('aria-sort')).toBe(order);
    }
  });

  test('draws the history after a reload, before any new frame arrives', async () => {
    await using shown = await open();
    const points = async () => Number(await shown.plot('data-points'));
    await until('the plot has six points', async () => (await points()) >= 6);
    await shown.page.route('**/api/events', (route) =>
      route.fulfill({ contentType: 'text/event-stream', body: '' }),
    );
    await shown.page.reload();
    await until('the plot has six points again', async () => (await points()) >= 6);
    expect(await shown.text('speed')).toBe('–');
    expect(await shown.page.locator('[data-testid=plot] canvas').count()).toBe(1);
  });

  test('loads at most 80 kB of JavaScript and CSS, gzipped', async () => {
    const html = await (await fetch(dashboard)).text();
    const files = [...html.matchAll(/(?:src|href)="\.?(\/[^"]+\.(?:js|css))"/g)].map(
      ([, path]) => path,
    );
    expect(files.length).toBeGreaterThan(1);
    let bytes = 0;
    for (const file of files) {
      const response = await fetch(`${dashboard}${file}`);
      bytes += gzipSync(await response.bytes()).length;
    }
    expect(bytes).toBeLessThan(80_000);
  });
});
