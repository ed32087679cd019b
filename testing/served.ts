/** Requests for random bytes that each rng has served, counted in the lines of its log. */
export function countServed(lines: string[]): Map<string, number> {
  const served = new Map<string, number>();
  for (const line of lines) {
    const name = /(rng-\d+) .*GET \/32 200/.exec(line)?.[1];
    if (name !== undefined) served.set(name, (served.get(name) ?? 0) + 1);
  }
  return served;
}
