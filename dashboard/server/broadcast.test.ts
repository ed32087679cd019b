import { setImmediate as flush } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { Broadcast } from './broadcast.ts';

describe('a broadcast', () => {
  test('has no latest message before the first one', () => {
    expect(new Broadcast().latest).toBeUndefined();
  });

  test('keeps the latest message for listeners that join later', () => {
    const broadcast = new Broadcast();
    broadcast.send('one');
    broadcast.send('two');
    expect(broadcast.latest).toBe('two');
  });

  test('notifies all listeners of a message', async () => {
    const broadcast = new Broadcast();
    const listeners = [broadcast.next(), broadcast.next()];
    broadcast.send('one');
    expect(await Promise.all(listeners)).toEqual([true, true]);
  });

  test('notifies only of messages sent after the call', async () => {
    const broadcast = new Broadcast();
    broadcast.send('one');
    let notified = false;
    const next = broadcast.next().then(() => (notified = true));
    await flush();
    expect(notified).toBe(false);
    broadcast.send('two');
    await next;
  });

  test('lets slow listeners skip messages', async () => {
    const broadcast = new Broadcast();
    const next = broadcast.next();
    broadcast.send('one');
    broadcast.send('two');
    await next;
    expect(broadcast.latest).toBe('two');
  });

  test('notifies current and later listeners of its end', async () => {
    const broadcast = new Broadcast();
    const next = broadcast.next();
    broadcast.end();
    expect(await Promise.all([next, broadcast.next()])).toEqual([false, false]);
  });
});
