/**
 * Queues on paper: textbook formulas, with which the simulator is tested. Times in milliseconds.
 * @module
 */

/**
 * Returns the probability that an arrival has to wait, if arrivals and service times are exponential (Erlang C).
 * @param load offered load: arrival rate times service time, less than `servers`
 */
export function erlangC(servers: number, load: number): number {
  let blocking = 1; // Erlang B, by its recursion over the number of servers
  for (let n = 1; n <= servers; n++) blocking = (load * blocking) / (n + load * blocking);
  return (servers * blocking) / (servers - load * (1 - blocking));
}

/** Returns the mean wait of an M/M/c queue; M/M/1 with one server. @param perMs arrivals per millisecond */
export function waitOfMMc(servers: number, perMs: number, serviceMs: number): number {
  const load = perMs * serviceMs;
  return (erlangC(servers, load) * serviceMs) / (servers - load);
}

/** Returns the mean wait of an M/D/1 queue, by the formula of Pollaczek and Khinchin: half of that with exponential service. */
export function waitOfMD1(perMs: number, serviceMs: number): number {
  return waitOfMMc(1, perMs, serviceMs) / 2;
}

/**
 * The machine-repair model: each of `customers` is elsewhere for `elsewhereMs` on average, then needs one of `servers` for an
 * exponential time. How the time elsewhere is distributed does not matter. Returns the throughput in requests per millisecond
 * and the mean wait.
 */
export function machineRepair(
  customers: number,
  servers: number,
  serviceMs: number,
  elsewhereMs: number,
): { perMs: number; waitMs: number } {
  // Weight of each number of customers at the servers: the birth-death equations.
  const weights = [1];
  for (let n = 1; n <= customers; n++) {
    const arrivals = (customers - n + 1) / elsewhereMs;
    const departures = Math.min(n, servers) / serviceMs;
    weights.push(((weights[n - 1] ?? 0) * arrivals) / departures);
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const mean = weights.reduce((sum, weight, n) => sum + (weight * n) / total, 0);
  const perMs = (customers - mean) / elsewhereMs;
  return { perMs, waitMs: mean / perMs - serviceMs };
}
