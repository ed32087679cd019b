import { networkInterfaces } from 'node:os';
import { describe, expect, test } from 'vitest';
import { checkListenHost, hostOf, shownHostOf } from './address.ts';

describe('the host of a server', () => {
  test.each([
    ['127.0.0.1', '127.0.0.1', 'localhost'],
    ['', '127.0.0.1', 'localhost'],
    ['0.0.0.0', '127.0.0.1', 'localhost'],
    ['::', '127.0.0.1', 'localhost'],
    ['127.0.0.2', '127.0.0.2', '127.0.0.2'],
    ['::1', '[::1]', '[::1]'],
    ['fd00::5', '[fd00::5]', '[fd00::5]'],
  ])('that listens on "%s" is %s, shown as %s', (listenHost, host, shown) => {
    expect(hostOf(listenHost)).toBe(host);
    expect(shownHostOf(listenHost)).toBe(shown);
  });
});

const addresses = networkInterfaces()['lo']?.map(({ address }) => address) ?? [];

test.each(['', '127.0.0.1', ...addresses])('a server can listen on "%s"', async (host) => {
  await expect(checkListenHost(host)).resolves.toBeUndefined();
});

test.each([
  ['192.0.2.77', 'of another machine', 'EADDRNOTAVAIL'],
  ['fe80::1%lo', 'with a zone', 'not valid in a URL'],
  ['not a host', 'with spaces', 'not valid in a URL'],
])('the address "%s" %s is rejected', async (host, _kind, problem) => {
  const rejection = expect(checkListenHost(host)).rejects;
  await rejection.toThrow(`LISTEN_HOST: expected an address of this machine, found "${host}"`);
  await expect(checkListenHost(host)).rejects.toThrow(problem);
});
