import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { SafeStorage, type Kept } from './storage.ts';

afterEach(() => vi.unstubAllGlobals());

/** Takes nothing more. */
function stubFull(name: string, items: Record<string, string>) {
  vi.stubGlobal(name, {
    getItem: (key: string) => items[key] ?? null,
    setItem() {
      throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
    },
    removeItem: (key: string) => Reflect.deleteProperty(items, key),
  });
}

function stubBlocked(name: string) {
  vi.stubGlobal(name, undefined);
  Object.defineProperty(globalThis, name, {
    configurable: true,
    get() {
      throw new DOMException('Access is denied for this document.', 'SecurityError');
    },
  });
}

function expectToKeep(kept: Kept) {
  kept.setItem('key', 'new');
  expect(kept.getItem('key')).toBe('new');
  kept.removeItem('key');
  expect(kept.getItem('key')).toBeNull();
}

describe('a storage', () => {
  const name = 'localStorage';
  let kept: Kept;
  beforeEach(
    () =>
      (kept = new SafeStorage(
        () => (globalThis as unknown as { localStorage: Storage }).localStorage,
      )),
  );

  test('of the browser is used', () => {
    const items: Record<string, string> = {};
    vi.stubGlobal(name, {
      getItem: (key: string) => items[key] ?? null,
      setItem: (key: string, value: string) => (items[key] = value),
      removeItem: (key: string) => Reflect.deleteProperty(items, key),
    });
    kept.setItem('key', 'new');
    expect(items).toEqual({ key: 'new' });
    expectToKeep(kept);
    expect(items).toEqual({});
  });

  test('that is blocked is replaced by memory', () => {
    stubBlocked(name);
    expect(kept.getItem('key')).toBeNull();
    expectToKeep(kept);
  });

  test('that does not exist is replaced by memory', () => {
    vi.stubGlobal(name, undefined);
    expectToKeep(kept);
  });

  test('that is full keeps what it has, and memory the rest', () => {
    const items = { key: 'old' };
    stubFull(name, items);
    expect(kept.getItem('key')).toBe('old');
    expectToKeep(kept);
    expect(items).toEqual({});
  });
});
