import type { AddressInfo, Server } from 'node:net';
import { expect, test } from 'vitest';
import { claimPart, freePort } from './free-port.ts';

const portOf = (server?: Server) => (server?.address() as AddressInfo | undefined)?.port ?? NaN;

test('processes get ports from different parts of the range, even if their ids lead to the same one', async () => {
  await using mine = await claimPart(1);
  await using other = await claimPart(1);
  expect(Math.abs(portOf(other) - portOf(mine))).toBeGreaterThan(100);
});

test('a preferred port is returned if it is free', async () => {
  const port = await freePort();
  await using taken = await claimPart(1);
  expect(await freePort(port + 1)).toBe(port + 1);
  expect(await freePort(portOf(taken))).not.toBe(portOf(taken));
});
