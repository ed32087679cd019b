import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { silentLog as log } from '../test/support/log.ts';
import { Circuit } from './circuit.ts';
import { Targets, type Lookup, type Target } from './targets.ts';

afterEach(() => {
  vi.useRealTimers();
});

const v4 = (...addresses: string[]) => addresses.map((address) => ({ address, family: 4 }));

const closed = () => new Circuit({ name: 'rng', probe: () => Promise.resolve(false), log });
const none = new Map<Target, unknown>();

/** The addresses of this many turns. */
async function turns(targets: Targets, count: number): Promise<string[]> {
  const taken: string[] = [];
  for (let n = 0; n < count; n++) taken.push((await targets.next(none))?.address ?? '');
  return taken;
}

const rotate = (list: string[], first: string) => {
  const at = list.indexOf(first);
  return [...list.slice(at), ...list.slice(0, at)];
};

describe('the replicas of a name', () => {
  test('are taken in turn, all of them', async () => {
    const targets = new Targets(['http://rng'], closed, () =>
      Promise.resolve(v4('10.0.0.1', '10.0.0.2')),
    );
    const taken = await turns(targets, 4);
    expect(new Set(taken)).toEqual(new Set(['http://10.0.0.1', 'http://10.0.0.2']));
    expect(taken.slice(0, 2)).toEqual(taken.slice(2));
  });

  test('keep their turn when the name server answers in another order', async () => {
    vi.useFakeTimers();
    let answer = ['10.0.0.1', '10.0.0.2', '10.0.0.3'];
    const targets = new Targets(['http://rng'], closed, () => Promise.resolve(v4(...answer)));
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
    const targets = new Targets(['http://rng'], closed, () => Promise.resolve(answer));
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
    const targets = new Targets(['http://rng'], closed, lookup);
    await turns(targets, 1);
    await vi.advanceTimersByTimeAsync(2001);
    expect(await turns(targets, 2)).toEqual(['http://10.0.0.1', 'http://10.0.0.1']);
  });

  test('that nobody knows yet are an error, and looked up again for the next', async () => {
    const lookup = vi.fn<Lookup>().mockRejectedValueOnce(new Error('getaddrinfo ENOTFOUND rng'));
    lookup.mockResolvedValue(v4('10.0.0.1'));
    const targets = new Targets(['http://rng'], closed, lookup);
    await expect(targets.next(none)).rejects.toThrow('ENOTFOUND rng');
    expect(await turns(targets, 1)).toEqual(['http://10.0.0.1']);
  });

  test('that are none are an error', async () => {
    const targets = new Targets(['http://rng'], closed, () => Promise.resolve([]));
    await expect(targets.next(none)).rejects.toThrow('rng has no address');
  });

  test('with addresses of both families are taken once', async () => {
    const both = [{ address: 'fd00::1', family: 6 }, ...v4('10.0.0.1')];
    const targets = new Targets(['http://rng:8001'], closed, () => Promise.resolve(both));
    expect(await turns(targets, 2)).toEqual(['http://10.0.0.1:8001', 'http://10.0.0.1:8001']);
  });
});

describe('a target', () => {
  test('is asked by address under the name of its origin', async () => {
    const targets = new Targets(['http://rng:8001'], closed, () => Promise.resolve(v4('10.0.0.1')));
    expect(await targets.next(none)).toMatchObject({
      origin: 'http://rng:8001',
      address: 'http://10.0.0.1:8001',
      host: 'rng:8001',
    });
  });

  test('may be an IPv6 address', async () => {
    const targets = new Targets(['http://[::1]:8001'], closed);
    expect((await targets.next(none))?.address).toBe('http://[::1]:8001');
  });

  test('with a certificate is asked by name', async () => {
    const targets = new Targets(['https://rng.example'], closed, () =>
      Promise.reject(new Error('unused')),
    );
    expect((await targets.next(none))?.address).toBe('https://rng.example');
  });
});

test('several origins are all taken in turn', async () => {
  const targets = new Targets(['http://127.0.0.1:1', 'http://127.0.0.1:2'], closed);
  expect(new Set(await turns(targets, 2))).toEqual(
    new Set(['http://127.0.0.1:1', 'http://127.0.0.1:2']),
  );
});

describe('several origins of which one is not found', () => {
  const NAMES = ['http://a', 'http://b'];
  const onlyB: Lookup = (name) =>
    name === 'b' ? Promise.resolve(v4('10.0.0.2')) : Promise.reject(new Error('ENOTFOUND a'));

  test('leave the turn to the other', async () => {
    const targets = new Targets(NAMES, closed, onlyB);
    expect(await turns(targets, 2)).toEqual(['http://10.0.0.2', 'http://10.0.0.2']);
  });

  test('keep its addresses where it was found before', async () => {
    vi.useFakeTimers();
    const lookup = vi.fn<Lookup>((name) =>
      Promise.resolve(v4(name === 'a' ? '10.0.0.1' : '10.0.0.2')),
    );
    const targets = new Targets(NAMES, closed, lookup);
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

describe('a replica with an open circuit', () => {
  const addresses = ['10.0.0.1', '10.0.0.2', '10.0.0.3'];
  const find = () => Promise.resolve(v4(...addresses));

  async function start() {
    const targets = new Targets(['http://rng'], closed, find);
    onTestFinished(() => targets[Symbol.dispose]());
    const out = (await targets.next(none)) as Target;
    out.circuit.open(new Error('gone'));
    return { targets, out };
  }

  test('is left out, and the others stay in turn', async () => {
    const { targets, out } = await start();
    const taken = await turns(targets, 6);
    expect(new Set(taken).size).toBe(2);
    expect(taken).not.toContain(out.address);
    expect(taken.slice(0, 2)).toEqual(taken.slice(2, 4));
  });

  test('is used if all others were tried', async () => {
    const { targets, out } = await start();
    const tried = new Map<Target, unknown>();
    for (let n = 0; n < 2; n++) tried.set((await targets.next(tried)) as Target, undefined);
    expect(await targets.next(tried)).toBe(out);
    tried.set(out, undefined);
    expect(await targets.next(tried)).toBeUndefined();
  });

  test('stays known from one lookup to the next', async () => {
    vi.useFakeTimers();
    const { targets, out } = await start();
    await vi.advanceTimersByTimeAsync(2001);
    await turns(targets, 1);
    await vi.advanceTimersByTimeAsync(0);
    expect(await turns(targets, 3)).not.toContain(out.address);
  });

  test('is forgotten with its probe when its address disappears', async () => {
    vi.useFakeTimers();
    const { targets, out } = await start();
    expect(vi.getTimerCount()).toBe(1);
    const gone = out.address.replace('http://', '');
    addresses.splice(addresses.indexOf(gone), 1);
    await vi.advanceTimersByTimeAsync(2001);
    await turns(targets, 1);
    await vi.advanceTimersByTimeAsync(0);
    expect(vi.getTimerCount()).toBe(0);
    out.circuit.open(new Error('a late answer'));
    expect(vi.getTimerCount()).toBe(0);
  });
});

test('one lookup serves all that ask at the same time', async () => {
  const lookup = vi.fn<Lookup>().mockResolvedValue(v4('10.0.0.1'));
  const targets = new Targets(['http://rng'], closed, lookup);
  await Promise.all([targets.next(none), targets.next(none)]);
  expect(lookup).toHaveBeenCalledOnce();
});
