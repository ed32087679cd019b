import { afterEach, describe, expect, test, vi } from 'vitest';
import { Targets, type Lookup } from './targets.ts';

afterEach(() => {
  vi.useRealTimers();
});

const v4 = (...addresses: string[]) => addresses.map((address) => ({ address, family: 4 }));

/** The addresses of the next so many turns. */
async function turns(targets: Targets, count: number): Promise<string[]> {
  const taken: string[] = [];
  for (let n = 0; n < count; n++) taken.push((await targets.next()).address);
  return taken;
}

const rotate = (list: string[], first: string) => {
  const at = list.indexOf(first);
  return [...list.slice(at), ...list.slice(0, at)];
};

describe('the replicas of a name', () => {
  test('are taken in turn, all of them', async () => {
    const targets = new Targets(['http://rng'], () => Promise.resolve(v4('10.0.0.1', '10.0.0.2')));
    const taken = await turns(targets, 4);
    expect(new Set(taken)).toEqual(new Set(['http://10.0.0.1', 'http://10.0.0.2']));
    expect(taken.slice(0, 2)).toEqual(taken.slice(2));
  });

  test('keep their turn when the name server answers in another order', async () => {
    vi.useFakeTimers();
    let answer = ['10.0.0.1', '10.0.0.2', '10.0.0.3'];
    const targets = new Targets(['http://rng'], () => Promise.resolve(v4(...answer)));
    const sorted = answer.map((address) => `http://${address}`);
    const [first = ''] = await turns(targets, 3);
    answer = ['10.0.0.3', '10.0.0.1', '10.0.0.2'];
    await vi.advanceTimersByTimeAsync(2001);
    expect(await turns(targets, 3)).toEqual(rotate(sorted, first));
    expect(await turns(targets, 3)).toEqual(rotate(sorted, first));
  });

  test('that start get their share after two seconds, without a request that waits', async () => {
    vi.useFakeTimers();
    let answer = v4('10.0.0.1');
    const targets = new Targets(['http://rng'], () => Promise.resolve(answer));
    expect(await turns(targets, 2)).toEqual(['http://10.0.0.1', 'http://10.0.0.1']);
    answer = v4('10.0.0.1', '10.0.0.2');
    await vi.advanceTimersByTimeAsync(2001);
    await turns(targets, 1);
    await vi.advanceTimersByTimeAsync(0);
    expect(new Set(await turns(targets, 2)).size).toBe(2);
  });

  test('are still known while the name server is away', async () => {
    vi.useFakeTimers();
    const lookup = vi.fn<Lookup>().mockResolvedValueOnce(v4('10.0.0.1'));
    lookup.mockRejectedValue(new Error('EAI_AGAIN'));
    const targets = new Targets(['http://rng'], lookup);
    await turns(targets, 1);
    await vi.advanceTimersByTimeAsync(2001);
    expect(await turns(targets, 2)).toEqual(['http://10.0.0.1', 'http://10.0.0.1']);
  });

  test('that nobody knows yet are an error, and looked up again for the next', async () => {
    const lookup = vi.fn<Lookup>().mockRejectedValueOnce(new Error('getaddrinfo ENOTFOUND rng'));
    lookup.mockResolvedValue(v4('10.0.0.1'));
    const targets = new Targets(['http://rng'], lookup);
    await expect(targets.next()).rejects.toThrow('ENOTFOUND rng');
    expect(await turns(targets, 1)).toEqual(['http://10.0.0.1']);
  });

  test('that are none are an error', async () => {
    const targets = new Targets(['http://rng'], () => Promise.resolve([]));
    await expect(targets.next()).rejects.toThrow('rng has no address');
  });

  test('with addresses of both families are taken once', async () => {
    const both = [{ address: 'fd00::1', family: 6 }, ...v4('10.0.0.1')];
    const targets = new Targets(['http://rng:8001'], () => Promise.resolve(both));
    expect(await turns(targets, 2)).toEqual(['http://10.0.0.1:8001', 'http://10.0.0.1:8001']);
  });
});

describe('a target', () => {
  test('is asked by address under the name of its origin', async () => {
    const targets = new Targets(['http://rng:8001'], () => Promise.resolve(v4('10.0.0.1')));
    expect(await targets.next()).toEqual({
      origin: 'http://rng:8001',
      address: 'http://10.0.0.1:8001',
      host: 'rng:8001',
    });
  });

  test('may be an IPv6 address', async () => {
    const targets = new Targets(['http://[::1]:8001']);
    expect((await targets.next()).address).toBe('http://[::1]:8001');
  });

  test('with a certificate is asked by name', async () => {
    const targets = new Targets(['https://rng.example'], () => Promise.reject(new Error('unused')));
    expect((await targets.next()).address).toBe('https://rng.example');
  });
});

test('several origins are all taken in turn', async () => {
  const targets = new Targets(['http://127.0.0.1:1', 'http://127.0.0.1:2']);
  expect(new Set(await turns(targets, 2))).toEqual(
    new Set(['http://127.0.0.1:1', 'http://127.0.0.1:2']),
  );
});

describe('several origins of which one is not found', () => {
  const NAMES = ['http://a', 'http://b'];
  const onlyB: Lookup = (name) =>
    name === 'b' ? Promise.resolve(v4('10.0.0.2')) : Promise.reject(new Error('ENOTFOUND a'));

  test('leave the turn to the other', async () => {
    const targets = new Targets(NAMES, onlyB);
    expect(await turns(targets, 2)).toEqual(['http://10.0.0.2', 'http://10.0.0.2']);
  });

  test('keep its addresses where it was found before', async () => {
    vi.useFakeTimers();
    const lookup = vi.fn<Lookup>((name) =>
      Promise.resolve(v4(name === 'a' ? '10.0.0.1' : '10.0.0.2')),
    );
    const targets = new Targets(NAMES, lookup);
    await turns(targets, 1);
    lookup.mockImplementation((name) =>
      name === 'a' ? Promise.reject(new Error('EAI_AGAIN')) : Promise.resolve(v4('10.0.0.3')),
    );
    await vi.advanceTimersByTimeAsync(2001);
    await turns(targets, 1);
    await vi.advanceTimersByTimeAsync(0);
    expect((await turns(targets, 2)).sort()).toEqual(['http://10.0.0.1', 'http://10.0.0.3']);
  });
});
