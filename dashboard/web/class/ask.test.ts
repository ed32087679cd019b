import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { testFrame } from '../../../tools/stack/frame-data.ts';
import { summaryOf } from '../../frame/summary.ts';
import { ask } from './ask.ts';

const SUMMARY = summaryOf(testFrame(), []);
const never = new AbortController().signal;

/** What the browser answers to a request in each mode; an error stands for a network error. */
type Browser = (mode: RequestMode) => Response | Error;

const asked: [url: string, mode: RequestMode][] = [];

function browse(browser: Browser, page = 'http://localhost:8000/class'): void {
  vi.stubGlobal('location', { protocol: new URL(page).protocol });
  vi.stubGlobal('fetch', (url: URL, { mode = 'cors' }: RequestInit) => {
    asked.push([url.href, mode]);
    const answer = browser(mode);
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  });
}

beforeEach(() => void asked.splice(0));
afterEach(() => vi.unstubAllGlobals());

describe('a stack answers with', () => {
  test('its summary', async () => {
    browse(() => Response.json(SUMMARY));
    expect(await ask('http://node7:8000/', never)).toEqual({ kind: 'summary', summary: SUMMARY });
    expect(asked).toEqual([['http://node7:8000/api/summary', 'cors']]);
  });

  test('its summary under a path', async () => {
    browse(() => Response.json(SUMMARY));
    await ask('https://coins.example/alice/', never);
    expect(asked).toEqual([['https://coins.example/alice/api/summary', 'cors']]);
  });

  test.each([
    [401, 'protected'],
    [403, 'protected'],
    [404, 'old'],
    [503, 'starting'],
    [500, 'unknown'],
  ])('status %i: %s', async (status, kind) => {
    browse(() => new Response('no', { status }));
    expect(await ask('http://node7:8000/', never)).toEqual({ kind });
  });

  test.each([
    ['nothing', ''],
    ['a page', '<!doctype html>'],
    ['other JSON', '{"coins":1}'],
    ['another format', JSON.stringify({ ...SUMMARY, version: 2 })],
    ['wrong types', JSON.stringify({ ...SUMMARY, speed: '3.3' })],
    ['an unknown state', JSON.stringify({ ...SUMMARY, state: 'fine' })],
  ])('%s, which is no summary', async (_, text) => {
    browse(() => new Response(text));
    expect(await ask('http://node7:8000/', never)).toEqual({ kind: 'unknown' });
  });

  test('more than a summary could have, of which no more is read', async () => {
    let chunks = 0;
    const endless = new ReadableStream({
      pull(controller) {
        chunks++;
        controller.enqueue(new TextEncoder().encode(' '.repeat(16_384)));
      },
    });
    browse(() => new Response(endless));
    expect(await ask('http://node7:8000/', never)).toEqual({ kind: 'unknown' });
    expect(chunks).toBeLessThan(20);
  });
});

describe('without an answer that can be read, a stack', () => {
  const failed = new TypeError('Failed to fetch');

  test('is away if nothing answers', async () => {
    browse(() => failed);
    expect(await ask('http://node7:8000/', never)).toEqual({ kind: 'away' });
  });

  test('is there if something answers other pages', async () => {
    browse((mode) => (mode === 'no-cors' ? new Response('login') : failed));
    expect(await ask('http://node7:8000/', never)).toEqual({ kind: 'unreadable' });
  });

  test('is away if it hangs, before or in the middle of its answer', async () => {
    const gaveUp = new AbortController();
    gaveUp.abort();
    browse(() => failed);
    expect(await ask('http://node7:8000/', gaveUp.signal)).toEqual({ kind: 'away' });
    expect(asked).toHaveLength(1);
    browse(() => new Response(new ReadableStream({ start: (it) => it.error(failed) })));
    expect(await ask('http://node7:8000/', gaveUp.signal)).toEqual({ kind: 'away' });
  });

  test.each([
    ['https://coins.example/class', 'http://node7:8000/', 'mixed'],
    ['https://coins.example/class', 'http://localhost:8000/', 'away'],
    ['https://coins.example/class', 'https://node7/', 'away'],
    ['http://10.0.0.1:8000/class', 'http://node7:8000/', 'away'],
  ])('that %s asks may be blocked by the browser: %s, %s', async (page, url, kind) => {
    browse(() => failed, page);
    expect(await ask(url, never)).toEqual({ kind });
  });
});
