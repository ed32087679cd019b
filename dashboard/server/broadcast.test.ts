import { setImmediate as flush } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { Broadcast } from './broadcast.ts';

describe('a broadcast', () => {
  test('has nothing before the first message', () => {
    expect(new Broadcast().latest).toBeUndefined();
  });

  test('keeps the newest message for those who come later', () => {
    const broadcast = new Broadcast();
    broadcast.send('one');
    broadcast.send('two');
    expect(broadcast.latest).toBe('two');
  });

  test('tells all who listen that there is a newer message', async () => {
    const broadcast = new Broadcast();
    const listening = [broadcast.next(), broadcast.next()];
    broadcast.send('one');
    expect(await Promise.all(listening)).toEqual([true, true]);
  });

  test('tells it of messages after the call, not of those before', async () => {
    const broadcast = new Broadcast();
    broadcast.send('one');
    let told = false;
    const next = broadcast.next().then(() => (told = true));
    await flush();
    expect(told).toBe(false);
    broadcast.send('two');
    await next;
  });

  test('lets who is slow miss messages', async () => {
    const broadcast = new Broadcast();
    const next = broadcast.next();
    broadcast.send('one');
    broadcast.send('two');
    await next;
    expect(broadcast.latest).toBe('two');
  });

  test('tells all who listen when it is over, and all who ask later', async () => {
    const broadcast = new Broadcast();
    const next = broadcast.next();
    broadcast.end();
    expect(await Promise.all([next, broadcast.next()])).toEqual([false, false]);
  });
});
