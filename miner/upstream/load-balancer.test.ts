import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { recordingLog, silentLog as log } from '../../tools/stack/log.ts';
import { until } from '../../tools/stack/until.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import { UpstreamError } from './errors.ts';
import { LoadBalancer, type Lookup, type Target } from './load-balancer.ts';

afterEach(() => {
  vi.useRealTimers();
});

const v4 = (...addresses: string[]) => addresses.map((address) => ({ address, family: 4 }));

const closed = () => new CircuitBreaker({ name: 'rng', probe: () => Promise.resolve(false), log });
const none = new Map<Target, unknown>();

/** The addresses of this many turns. */
async function turns(balancer: LoadBalancer, count: number): Promise<string[]> {
  const taken: string[] = [];
  for (let n = 0; n < count; n++) taken.push((await balancer.next(none))?.address ?? '');
  return taken;
}

const rotate = (list: string[], first: string) => {
  const at = list.indexOf(first);
  return [...list.slice(at), ...list.slice(0, at)];
};

describe('the replicas in a file', () => {
  let file: string;
  beforeEach(async () => {
    file = join(await mkdtemp(join(tmpdir(), 'dockercoins-origins-')), 'rng');
  });
  afterEach(() => rm(dirname(file), { recursive: true }));

  /** Replaces the file in one step: `writeFile` alone would show readers an empty one in between. */
  const replace = async (text: string) => {
    await writeFile(`${file}.new`, text);
    await rename(`${file}.new`, file);
  };
  const write = (...ports: number[]) =>
    replace(ports.map((port) => `http://127.0.0.1:${port}\n`).join(''));
  const balancerOf = () => new LoadBalancer([pathToFileURL(file).href], closed, log);

  test('are used in turn, and change with the file', async () => {
    await write(8001, 8011);
    const balancer = balancerOf();
    expect(new Set(await turns(balancer, 2)).size).toBe(2);
    await write(8011, 8021, 8031);
    vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 2001);
    await until('the new ones are used', async () => {
      const taken = new Set(await turns(balancer, 3));
      return taken.size === 3 && !taken.has('http://127.0.0.1:8001');
    });
  });

  test('stay in use if the file disappears', async () => {
    await write(8001);
    const balancer = balancerOf();
    await turns(balancer, 1);
    await rm(file);
    vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 2001);
    await turns(balancer, 1);
    vi.restoreAllMocks();
    expect(await turns(balancer, 1)).toEqual(['http://127.0.0.1:8001']);
  });

  test.each([
    ['is empty, because an editor has truncated it', [], 'no replicas in '],
    ['lists only unknown names', ['http://nowhere'], 'ENOTFOUND'],
  ])('stay in use while the file %s, with one warning', async (_state, lines, reason) => {
    const recorder = recordingLog();
    const lookup = vi.fn((name: string) =>
      name === 'nowhere' ? Promise.reject(new Error('ENOTFOUND')) : Promise.resolve(v4(name)),
    );
    const url = pathToFileURL(file).href;
    const balancer = new LoadBalancer([url], closed, recorder.log, lookup);
    let now = performance.now();
    vi.spyOn(performance, 'now').mockImplementation(() => now);
    onTestFinished(() => void vi.restoreAllMocks());
    /** Takes a turn, which starts a refresh, until `isDone` after one of them. */
    const refreshUntil = (what: string, isDone: () => boolean) =>
      until(what, async () => {
        now += 2001;
        expect(await turns(balancer, 1)).toEqual(['http://127.0.0.1:8001']);
        return isDone();
      });

    await write(8001);
    await turns(balancer, 1);
    await replace(lines.join('\n'));
    await refreshUntil('there is a warning', () => recorder.lines.length > 0);
    let reads = 0;
    await refreshUntil('it has been read again', () => ++reads > 5);
    await write(8001);
    await refreshUntil('the file is good again', () => recorder.lines.length > 1);
    const message = `using the replicas found before in ${url}`;
    expect(recorder.lines).toEqual([
      expect.stringContaining(`warning: ${message}: ${reason}`),
      `recovered: ${message}\n`,
    ]);
  });

  test('cause an error if the file is empty or missing', async () => {
    await write();
    await expect(balancerOf().next(none)).rejects.toThrow(`no replicas in file://${file}`);
    await rm(file);
    await expect(balancerOf().next(none)).rejects.toThrow('ENOENT');
  });
});

describe('the replicas behind a name', () => {
  test('are used in turn', async () => {
    const balancer = new LoadBalancer(['http://rng'], closed, log, () =>
      Promise.resolve(v4('10.0.0.1', '10.0.0.2')),
    );
    const taken = await turns(balancer, 4);
    expect(new Set(taken)).toEqual(new Set(['http://10.0.0.1', 'http://10.0.0.2']));
    expect(taken.slice(0, 2)).toEqual(taken.slice(2));
  });

  test('keep their turn if the name server returns them in another order', async () => {
    vi.useFakeTimers();
    let answer = ['10.0.0.1', '10.0.0.2', '10.0.0.3'];
    const balancer = new LoadBalancer(['http://rng'], closed, log, () =>
      Promise.resolve(v4(...answer)),
    );
    const sorted = answer.map((address) => `http://${address}`);
    const [first = ''] = await turns(balancer, 3);
    answer = ['10.0.0.3', '10.0.0.1', '10.0.0.2'];
    await vi.advanceTimersByTimeAsync(2001);
    expect(await turns(balancer, 3)).toEqual(rotate(sorted, first));
    expect(await turns(balancer, 3)).toEqual(rotate(sorted, first));
  });

  test('get their share two seconds after they start', async () => {
    vi.useFakeTimers();
    let answer = v4('10.0.0.1');
    const balancer = new LoadBalancer(['http://rng'], closed, log, () => Promise.resolve(answer));
    expect(await turns(balancer, 2)).toEqual(['http://10.0.0.1', 'http://10.0.0.1']);
    answer = v4('10.0.0.1', '10.0.0.2');
    await vi.advanceTimersByTimeAsync(2001);
    await turns(balancer, 1);
    await vi.advanceTimersByTimeAsync(0);
    expect(new Set(await turns(balancer, 2)).size).toBe(2);
  });

  test('are used without waiting for a later lookup', async () => {
    vi.useFakeTimers();
    const lookup = vi.fn<Lookup>().mockResolvedValueOnce(v4('10.0.0.1'));
    lookup.mockReturnValue(new Promise(() => undefined)); // a name server that never answers
    const balancer = new LoadBalancer(['http://rng'], closed, log, lookup);
    await turns(balancer, 1);
    await vi.advanceTimersByTimeAsync(2001);
    expect(await turns(balancer, 2)).toEqual(['http://10.0.0.1', 'http://10.0.0.1']);
    expect(lookup).toHaveBeenCalledTimes(2);
  });

  test('stay in use while the name server is unreachable', async () => {
    vi.useFakeTimers();
    const lookup = vi.fn<Lookup>().mockResolvedValueOnce(v4('10.0.0.1'));
    lookup.mockRejectedValue(new Error('EAI_AGAIN'));
    const balancer = new LoadBalancer(['http://rng'], closed, log, lookup);
    await turns(balancer, 1);
    await vi.advanceTimersByTimeAsync(2001);
    expect(await turns(balancer, 2)).toEqual(['http://10.0.0.1', 'http://10.0.0.1']);
  });

  test('cause an error if the first lookup fails, and are looked up again for the next request', async () => {
    const lookup = vi.fn<Lookup>().mockRejectedValueOnce(new Error('getaddrinfo ENOTFOUND rng'));
    lookup.mockResolvedValue(v4('10.0.0.1'));
    const balancer = new LoadBalancer(['http://rng'], closed, log, lookup);
    await expect(balancer.next(none)).rejects.toThrow('ENOTFOUND rng');
    expect(await turns(balancer, 1)).toEqual(['http://10.0.0.1']);
  });

  test('cause an error if there are none', async () => {
    const balancer = new LoadBalancer(['http://rng'], closed, log, () => Promise.resolve([]));
    await expect(balancer.next(none)).rejects.toThrow('rng has no address');
  });

  test('count once if they have addresses of both families', async () => {
    const both = [{ address: 'fd00::1', family: 6 }, ...v4('10.0.0.1')];
    const balancer = new LoadBalancer(['http://rng:8001'], closed, log, () =>
      Promise.resolve(both),
    );
    expect(await turns(balancer, 2)).toEqual(['http://10.0.0.1:8001', 'http://10.0.0.1:8001']);
  });
});

describe('a target', () => {
  test('is addressed by IP, with the host name of its origin', async () => {
    const balancer = new LoadBalancer(['http://rng:8001'], closed, log, () =>
      Promise.resolve(v4('10.0.0.1')),
    );
    expect(await balancer.next(none)).toMatchObject({
      origin: 'http://rng:8001',
      address: 'http://10.0.0.1:8001',
      host: 'rng:8001',
    });
  });

  test('may be an IPv6 address', async () => {
    const balancer = new LoadBalancer(['http://[::1]:8001'], closed, log);
    expect((await balancer.next(none))?.address).toBe('http://[::1]:8001');
  });

  test('is addressed by name over TLS', async () => {
    const balancer = new LoadBalancer(['https://rng.example'], closed, log, () =>
      Promise.reject(new Error('unused')),
    );
    expect((await balancer.next(none))?.address).toBe('https://rng.example');
  });
});

test('several origins are used in turn', async () => {
  const balancer = new LoadBalancer(['http://127.0.0.1:1', 'http://127.0.0.1:2'], closed, log);
  expect(new Set(await turns(balancer, 2))).toEqual(
    new Set(['http://127.0.0.1:1', 'http://127.0.0.1:2']),
  );
});

describe('if one of several origins cannot be resolved', () => {
  const NAMES = ['http://a', 'http://b'];
  const onlyB: Lookup = (name) =>
    name === 'b' ? Promise.resolve(v4('10.0.0.2')) : Promise.reject(new Error('ENOTFOUND a'));

  test('the others are used', async () => {
    const balancer = new LoadBalancer(NAMES, closed, log, onlyB);
    expect(await turns(balancer, 2)).toEqual(['http://10.0.0.2', 'http://10.0.0.2']);
  });

  test('its last known addresses stay in use', async () => {
    vi.useFakeTimers();
    const lookup = vi.fn<Lookup>((name) =>
      Promise.resolve(v4(name === 'a' ? '10.0.0.1' : '10.0.0.2')),
    );
    const balancer = new LoadBalancer(NAMES, closed, log, lookup);
    await turns(balancer, 1);
    lookup.mockImplementation((name) =>
      name === 'a' ? Promise.reject(new Error('EAI_AGAIN')) : Promise.resolve(v4('10.0.0.3')),
    );
    await vi.advanceTimersByTimeAsync(2001);
    await turns(balancer, 1);
    await vi.advanceTimersByTimeAsync(0);
    expect((await turns(balancer, 2)).sort()).toEqual(['http://10.0.0.1', 'http://10.0.0.3']);
  });
});

describe('a replica with an open circuit', () => {
  const addresses = ['10.0.0.1', '10.0.0.2', '10.0.0.3'];
  const find = () => Promise.resolve(v4(...addresses));

  async function start() {
    const balancer = new LoadBalancer(['http://rng'], closed, log, find);
    onTestFinished(() => balancer[Symbol.dispose]());
    const out = (await balancer.next(none)) as Target;
    out.circuit.open(new UpstreamError('GET', '/32', 'gone'));
    return { balancer, out };
  }

  test('is skipped, and the others stay in turn', async () => {
    const { balancer, out } = await start();
    const taken = await turns(balancer, 6);
    expect(new Set(taken).size).toBe(2);
    expect(taken).not.toContain(out.address);
    expect(taken.slice(0, 2)).toEqual(taken.slice(2, 4));
  });

  test('is used if all others have been tried', async () => {
    const { balancer, out } = await start();
    const tried = new Map<Target, unknown>();
    for (let n = 0; n < 2; n++) tried.set((await balancer.next(tried)) as Target, undefined);
    expect(await balancer.next(tried)).toBe(out);
    tried.set(out, undefined);
    expect(await balancer.next(tried)).toBeUndefined();
  });

  test('stays open across lookups', async () => {
    vi.useFakeTimers();
    const { balancer, out } = await start();
    await vi.advanceTimersByTimeAsync(2001);
    await turns(balancer, 1);
    await vi.advanceTimersByTimeAsync(0);
    expect(await turns(balancer, 3)).not.toContain(out.address);
  });

  test('is dropped together with its probe when its address disappears', async () => {
    vi.useFakeTimers();
    const { balancer, out } = await start();
    expect(vi.getTimerCount()).toBe(1);
    const gone = out.address.replace('http://', '');
    addresses.splice(addresses.indexOf(gone), 1);
    await vi.advanceTimersByTimeAsync(2001);
    await turns(balancer, 1);
    await vi.advanceTimersByTimeAsync(0);
    expect(vi.getTimerCount()).toBe(0);
    out.circuit.open(new UpstreamError('GET', '/32', 'a late response'));
    expect(vi.getTimerCount()).toBe(0);
  });
});

test('concurrent requests share one lookup', async () => {
  const lookup = vi.fn<Lookup>().mockResolvedValue(v4('10.0.0.1'));
  const balancer = new LoadBalancer(['http://rng'], closed, log, lookup);
  await Promise.all([balancer.next(none), balancer.next(none)]);
  expect(lookup).toHaveBeenCalledOnce();
});
