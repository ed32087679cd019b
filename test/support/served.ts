/** Counts the requests for random bytes that each rng replica has served, from log lines. */
export function countServed(lines: string[]): Map<string, number> {
  const served = new Map<string, number>();
  for (const line of lines) {
    const name = /(rng-\d+) .*GET \/32 200/.exec(line)?.[1];
    if (name !== undefined) served.set(name, (served.get(name) ?? 0) + 1);
  }
  return served;
}
