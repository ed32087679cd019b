import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { claimPart, freePort } from './free-port.ts';

test('a process has ports that others do not get, even if their ids have the same part', async () => {
  await using mine = await claimPart(1);
  await using other = await claimPart(1);
  const distance = (other.address() as AddressInfo).port - (mine.address() as AddressInfo).port;
  expect(Math.abs(distance)).toBeGreaterThan(100);
});

test('a preferred port is returned if it is free', async () => {
  const port = await freePort();
  await using taken = await claimPart(1);
  const { port: used } = taken.address() as AddressInfo;
  expect(await freePort(port + 1)).toBe(port + 1);
  expect(await freePort(used)).not.toBe(used);
});
