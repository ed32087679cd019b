import { networkInterfaces } from 'node:os';

/** Returns an address under which other machines reach this one. Browsers do not trust plain HTTP there, unlike on localhost. */
export function lanAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const lan = addresses.find(({ family, internal }) => family === 'IPv4' && !internal);
  if (lan === undefined) throw new Error('this machine has no address other than its own');
  return lan.address;
}
