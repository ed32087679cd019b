import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Terminal } from './terminal.ts';

/** Creates a terminal; `written` returns its output since the last call. */
function open({ isTTY = true, columns = 40 } = {}) {
  const chunks: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(String(chunk));
      done();
    },
  });
  const out = Object.assign(stream, { isTTY, columns }) as unknown as NodeJS.WriteStream;
  return {
    terminal: new Terminal(out),
    written: () => chunks.splice(0).join('').replaceAll('\u001b', '␛'),
  };
}

describe('on a terminal', () => {
  test('each line starts with the colored name of its process', () => {
    const { terminal, written } = open();
    terminal.line('miner-1', 'Coin found');
    expect(written()).toBe('\r␛[K␛[36mminer-1     |␛[0m Coin found\n');
  });

  test('replicas of a service share a color, and services differ', () => {
    const { terminal, written } = open();
    const colors = ['miner-1', 'rng-1', 'miner-12'].map((name) => {
      terminal.line(name, '');
      return /␛\[(\d+)m/.exec(written())?.[1];
    });
    expect(colors[0]).toBe(colors[2]);
    expect(colors[0]).not.toBe(colors[1]);
  });

  test('the status line stays below other output', () => {
    const { terminal, written } = open();
    terminal.status('3.3 hashes/s');
    expect(written()).toBe('\r␛[K3.3 hashes/s');
    terminal.print('hello');
    expect(written()).toBe('\r␛[Khello\n3.3 hashes/s');
  });

  test('a status line that is too long is truncated', () => {
    const { terminal, written } = open({ columns: 10 });
    terminal.status('0123456789abcdef');
    expect(written()).toBe('\r␛[K012345678');
  });
});

describe('without a terminal', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
  afterEach(() => void vi.useRealTimers());

  test('lines are plain', () => {
    const { terminal, written } = open({ isTTY: false });
    terminal.line('miner-1', 'Coin found');
    terminal.print('hello');
    expect(written()).toBe('miner-1     | Coin found\nhello\n');
  });

  test('the status is printed at most every 10 s', () => {
    const { terminal, written } = open({ isTTY: false });
    terminal.status('one');
    vi.advanceTimersByTime(9999);
    terminal.status('two');
    vi.advanceTimersByTime(1);
    terminal.status('three');
    expect(written()).toBe('one\nthree\n');
  });
});

test('names are padded to the longest so far', () => {
  const { terminal, written } = open({ isTTY: false });
  terminal.line('dashboard-123', 'a');
  terminal.line('rng-1', 'b');
  expect(written()).toBe('dashboard-123 | a\nrng-1         | b\n');
});
