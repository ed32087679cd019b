import { afterEach, expect, test, vi } from 'vitest';
import { copyText } from './copy-text.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

/** A document whose only way to copy is `execCommand`. Returns what was copied. */
function stubDocument(isAllowed: boolean) {
  const area = { value: '', style: {}, select: vi.fn(), remove: vi.fn() };
  const copied: string[] = [];
  vi.stubGlobal('HTMLElement', vi.fn());
  vi.stubGlobal('document', {
    activeElement: null,
    createElement: () => area,
    body: { append: vi.fn() },
    execCommand: () => {
      if (isAllowed) copied.push(area.value);
      return isAllowed;
    },
  });
  return { area, copied };
}

test('uses the clipboard', async () => {
  const writeText = vi.fn().mockResolvedValue(undefined);
  vi.stubGlobal('navigator', { clipboard: { writeText } });
  expect(await copyText('link')).toBe(true);
  expect(writeText).toHaveBeenCalledWith('link');
});

test('copies a selection if the browser has no clipboard, as over plain HTTP', async () => {
  vi.stubGlobal('navigator', {});
  const { area, copied } = stubDocument(true);
  expect(await copyText('link')).toBe(true);
  expect(copied).toEqual(['link']);
  expect(area.remove).toHaveBeenCalled();
});

test('returns false if the browser allows neither', async () => {
  vi.stubGlobal('navigator', { clipboard: { writeText: vi.fn().mockRejectedValue(new Error()) } });
  stubDocument(false);
  expect(await copyText('link')).toBe(false);
});

test('returns false if the browser has neither', async () => {
  vi.stubGlobal('navigator', {});
  const { area } = stubDocument(true);
  Object.assign(document, { execCommand: undefined });
  expect(await copyText('link')).toBe(false);
  expect(area.remove).toHaveBeenCalled();
});
