import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import AxeBuilder from '@axe-core/playwright';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startBrowser } from '../testing/browser.ts';
import { startMiners } from '../testing/miners.ts';
import { openPage } from '../testing/open-page.ts';
import { startStackProcess, type RunningStack } from '../testing/stack.ts';
import { until } from '../testing/until.ts';

const PASSWORD = 'a password for this test';

let stack: RunningStack;
let browser: Browser;

beforeAll(async () => {
  [stack, browser] = await Promise.all([
    startStackProcess({ env: { BOARD_PASSWORD: PASSWORD } }),
    startBrowser(),
  ]);
  await until('a steady speed', async () => ((await stack.frame())?.loops ?? 0) > 30, 30_000);
});

afterAll(async () => {
  await browser.close();
  await stack[Symbol.asyncDispose]();
});

const open = (path = '/', options = {}) => openPage(browser, `${stack.dashboard}${path}`, options);

describe('the plot', () => {
  test('has ranges, kept in the address', async () => {
    await using shown = await open();
    await shown.page.getByLabel('1 min', { exact: true }).check();
    await until('the address', () => shown.page.url().endsWith('?minutes=1'));
    await shown.page.reload();
    expect(await shown.page.getByLabel('1 min', { exact: true }).isChecked()).toBe(true);
  });

  test('tells the exact values under the pointer', async () => {
    await using shown = await open('/?minutes=1');
    await until('points', async () => Number(await shown.plot('data-points')) > 5);
    const box = await shown.page.locator('.u-over').boundingBox();
    if (box === null) throw new Error('no plot');
    await shown.page.mouse.move(box.x + box.width - 3, box.y + 20);
    await until('values', async () =>
      /^\d\d:\d\d:\d\d · \d\.\d hashes\/s · 1 miner /.test(await shown.text('hover')),
    );
  });

  test('zooms by drag and back again', async () => {
    await using shown = await open();
    const box = await shown.page.locator('.u-over').boundingBox();
    if (box === null) throw new Error('no plot');
    await shown.page.mouse.move(box.x + box.width * 0.6, box.y + 30);
    await shown.page.mouse.down();
    await shown.page.mouse.move(box.x + box.width * 0.9, box.y + 30, { steps: 5 });
    await shown.page.mouse.up();
    const reset = shown.page.getByRole('button', { name: 'Reset zoom' });
    await reset.click();
    await until('no zoom', async () => (await reset.count()) === 0);
  });

  test('explains the classic graph', async () => {
    await using shown = await open();
    await shown.page.getByLabel('Show the classic graph').check();
    expect(await shown.text('why')).toContain('4, 4, 4');
    await until('the address', () => shown.page.url().endsWith('?classic'));
  });

  test('is there to take away: PNG and CSV', async () => {
    await using shown = await open();
    await until('points', async () => Number(await shown.plot('data-points')) > 5);
    const save = async (name: string) => {
      const [download] = await Promise.all([
        shown.page.waitForEvent('download'),
        shown.page.getByRole('button', { name }).click(),
      ]);
      return readFile(await download.path());
    };
    expect((await save('PNG')).subarray(1, 4).toString()).toBe('PNG');
    const [head, first] = (await save('CSV')).toString().split('\n');
    expect(head).toBe('time,speed,loops,hashes,miners,rng,hasher');
    expect(first).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z,[\d.]*,\d+,\d*,\d+,\d,\d$/);
  });

  test('stands alone on the wall', async () => {
    await using shown = await open('/?wall');
    await until('a speed', async () => (await shown.number('speed')) > 2);
    expect(await shown.page.getByRole('heading').count()).toBe(0);
    expect(await shown.page.locator('canvas').count()).toBe(1);
  });
});

describe('the pipeline', () => {
  test('hides the bottleneck until it is revealed, and remembers that', async () => {
    await using shown = await open();
    expect(await shown.text('bottleneck')).toContain('Take a guess');
    await shown.page.getByRole('button', { name: 'Reveal the bottleneck' }).click();
    const told = /^miner is \d+% busy: limit 3\.\d\/s, or 6\.\d\/s with one more\s+miner$/;
    await until('the bottleneck', async () => told.test(await shown.text('bottleneck')));
    await shown.page.reload();
    await until('the bottleneck again', async () => told.test(await shown.text('bottleneck')));
  });

  test('tells where the time of a loop goes', async () => {
    await using shown = await open();
    const row = shown.page.getByRole('row', { name: /rng service/ });
    await until('about 100 ms', async () =>
      /rng service\s*1\d\d ms/.test((await row.textContent()) ?? ''),
    );
  });
});

describe('the queue', () => {
  test('is paused and resumed by who knows the password', async () => {
    await using shown = await open('/', {
      httpCredentials: { username: 'admin', password: PASSWORD },
    });
    await shown.page.getByRole('button', { name: 'Pause' }).click();
    await until(
      'paused',
      async () => (await shown.page.getByRole('status').textContent()) === 'the queue is paused',
    );
    await until('standstill', async () => (await shown.text('speed')) === '0.0', 20_000);
    await shown.page.getByRole('button', { name: 'Resume' }).click();
    await until('mining', async () => (await shown.number('speed')) > 2, 20_000);
  });

  test('is not, by who does not', async () => {
    const answer = await fetch(`${stack.dashboard}/api/queue/pause`, { method: 'POST' });
    expect(answer.status).toBe(401);
    expect((await fetch(`${stack.dashboard}/queues`)).status).toBe(401);
  });

  test('is not, from another site', async () => {
    const answer = await fetch(`${stack.dashboard}/api/queue/pause`, {
      method: 'POST',
      headers: {
        Authorization: `Basic ${btoa(`admin:${PASSWORD}`)}`,
        Origin: 'http://elsewhere.example',
        'Sec-Fetch-Site': 'cross-site',
      },
    });
    expect(answer.status).toBe(403);
  });
});

describe('miners', () => {
  test('that start are marked on the plot, and one that dies is shown as lost', async () => {
    await using shown = await open();
    await until('one miner', async () => (await shown.page.getByTestId('miner').count()) === 1);
    await using miners = startMiners(stack, 4);
    const five = await until(
      'a frame with five',
      async () => (await stack.frame())?.miners === 5,
      20_000,
    );
    expect(five).toBe(true);
    await until(
      'a mark',
      async () => (await shown.plot('data-marks')).includes('miner 1 → 5'),
      3000,
    );
    await until('rows', async () => (await shown.page.getByTestId('miner').count()) === 5, 3000);

    await shown.page.getByRole('button', { name: /^name/ }).click();
    expect(await shown.page.getByTestId('miner').first().textContent()).toContain('miner-1');

    miners.processes[0]?.kill('SIGKILL');
    await until('lost', async () => (await shown.page.locator('tr.lost').count()) === 1, 5500);
    expect(await shown.page.locator('tr.lost').textContent()).toContain('extra-1');
    await until('left', async () => (await shown.page.getByTestId('miner').count()) === 4, 20_000);
  });

  test('that are none: the page says how to start one', async () => {
    process.kill((await stack.pids()).get('miner-1') ?? NaN, 'SIGSTOP');
    await using shown = await open();
    await until(
      'the notice',
      async () => (await shown.page.getByTestId('no-miner').count()) === 1,
      20_000,
    );
    expect(await shown.text('no-miner')).toContain('docker compose up -d --scale miner=1');
    process.kill((await stack.pids()).get('miner-1') ?? NaN, 'SIGCONT');
    await until(
      'no notice',
      async () => (await shown.page.getByTestId('no-miner').count()) === 0,
      20_000,
    );
  });
});

describe('everyone', () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [360, 768, 1440]) {
      test(`axe finds nothing: ${colorScheme}, ${width} px, and nothing sticks out`, async () => {
        await using shown = await open('/?classic', {
          colorScheme,
          viewport: { width, height: 900 },
          reducedMotion: 'reduce', // a coin that fades in has little contrast for a moment
        });
        await shown.page.getByRole('button', { name: 'Reveal the bottleneck' }).click();
        await until('a speed', async () => (await shown.number('speed')) > 0);
        const { violations } = await new AxeBuilder({ page: shown.page }).analyze();
        expect(
          violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`),
        ).toEqual([]);
        const excess = await shown.page.evaluate(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        );
        expect(excess).toBe(0);
      });
    }
  }

  test('chooses light or dark, and it stays', async () => {
    await using shown = await open('/', { colorScheme: 'light' });
    const paper = () =>
      shown.page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    const light = await paper();
    await shown.page.getByLabel('Theme').selectOption('dark');
    const dark = await paper();
    expect(dark).not.toBe(light);
    await shown.page.reload();
    expect(await paper()).toBe(dark);
  });

  test('loads no more than 80 kB of JavaScript and CSS, gzipped', async () => {
    const page = await (await fetch(stack.dashboard)).text();
    const files = [...page.matchAll(/(?:src|href)="\.?(\/[^"]+\.(?:js|css))"/g)].map(
      ([, path]) => path,
    );
    expect(files.length).toBeGreaterThan(1);
    let bytes = 0;
    for (const file of files) {
      const answer = await fetch(`${stack.dashboard}${file}`);
      bytes += gzipSync(await answer.bytes()).length;
    }
    expect(bytes).toBeLessThan(80_000);
  });
});
