/**
 * What the page shows of a stack that runs undisturbed.
 * @module
 */
import { isDeepStrictEqual } from 'node:util';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { formatInteger, formatSpeed } from '../../dashboard/web/ui/format.ts';
import { readFrame } from '../../tools/stack/read-frame.ts';
import { sharePage } from '../support/shared-browser.ts';
import { until } from '../../tools/stack/until.ts';

const { dashboard, open } = sharePage();

describe('the page', () => {
  test('shows the figures of the latest frame, and updates', async () => {
    await using shown = await open();
    await until('the page and a frame agree on every figure', async () => {
      const frame = await readFrame(dashboard);
      if (frame?.speed == null || frame.speed === 0 || frame.coins === 0) return false;
      const { speed, loops, coins, queue } = frame;
      const texts = [formatSpeed(speed), ...[loops, coins, queue.waiting, 0].map(formatInteger)];
      const ids = ['speed', 'completed', 'coins', 'waiting', 'failed'];
      return isDeepStrictEqual(await Promise.all(ids.map(shown.text)), texts);
    });
    await until('the producer is known', async () =>
      /^producer-1 adds \d\.\d jobs\/s\.$/.test(await shown.text('producer')),
    );
    const completed = await shown.number('completed');
    await until('more loops are done', async () => (await shown.number('completed')) > completed);
    expect(shown.problems).toEqual([]);
  });

  test('lists the miner, sorted by any column', async () => {
    await using shown = await open();
    const miners = shown.page.getByTestId('miner');
    await until('the page lists one miner', async () => (await miners.count()) === 1);
    const cell = async (name: string) =>
      ((await miners.locator(`.${name}`).textContent()) ?? '').trim();
    await until('the page and a frame agree on the miner', async () => {
      const miner = (await readFrame(dashboard))?.fleet[0];
      if (miner?.speed == null || miner.speed === 0) return false;
      const texts = [formatSpeed(miner.speed), formatInteger(miner.loops)];
      return isDeepStrictEqual([await cell('speed'), await cell('loops')], texts);
    });
    expect(await miners.getByRole('rowheader').textContent()).toBe('miner-1');
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
