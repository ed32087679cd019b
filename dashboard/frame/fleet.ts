/**
 * The miners as the page lists them, and what they did in the last ten seconds, from their reports.
 * @module
 */
import { STAGES, type Stage } from '@dockercoins/common/contract';
import type { Replica, Served } from '@dockercoins/common/reports';
import { addDifference, quantile, totalOf, type Histogram } from '@dockercoins/common/histogram';
import type { LoopTimes, MinerView, ReplicaView, UpstreamName, UpstreamView } from './frame.ts';
import type { MinerSample } from './sample.ts';

/** Miners report once a second. One that has been silent for longer than this is lost and no longer counts. */
const LOST_AFTER_MS = 3500;

const WINDOW_MS = 10_000;

/** A miner's figures about single replicas count if they cover this share of its loops, and if those are this share of all. */
const MIN_COMPLETE = 0.85;
const MIN_KNOWN = 0.5;

/** The times of all loops of all miners in the window. Only loops that produced a hash have times. */
export interface Totals {
  /** Milliseconds. */
  sums: Record<Stage, number>;
  spreads: Record<Stage, Histogram>;
}

interface KeptReport extends MinerSample {
  /** When it was written, by this process's monotonic clock (ms). */
  writtenAt: number;
}

/**
 * Keeps each miner's reports of the window. Time between reports is measured by the miner's monotonic clock, silence by
 * ours, so setting a clock has no effect on either.
 */
export class Fleet {
  #reports = new Map<string, KeptReport[]>();
  #updatedAt = -Infinity;

  /**
   * Adds the latest report of every miner. Forgets miners that are not among them.
   * @param at now, by this process's monotonic clock (ms)
   */
  update(miners: MinerSample[], at: number): void {
    const sinceUpdate = at - this.#updatedAt;
    this.#updatedAt = at;
    const reports = new Map<string, KeptReport[]>();
    for (const miner of miners) {
      const earlier = this.#reports.get(miner.id) ?? [];
      const last = earlier.at(-1);
      const isNew = last?.uptimeMs !== miner.uptimeMs;
      const writtenAt = isNew ? at - Math.min(miner.silentMs, sinceUpdate) : last.writtenAt;
      const report = { ...miner, writtenAt, silentMs: at - writtenAt };
      const all = isNew ? [...earlier, report] : [...earlier.slice(0, -1), report];
      const windowStart = miner.uptimeMs - WINDOW_MS;
      reports.set(
        miner.id,
        all.filter(({ uptimeMs }) => uptimeMs >= windowStart),
      );
    }
    this.#reports = reports;
  }

  /** Returns the latest report of each miner that is not lost. */
  reporting(): MinerSample[] {
    return this.#latest().filter((miner) => !isLost(miner));
  }

  /** Returns all miners, lost ones included. */
  views(): MinerView[] {
    return this.#latest().map((miner) => {
      const { id, name, loops, errors, coins, active, concurrency, cpu, silentMs } = miner;
      const resting = miner.resting ?? false;
      const ageMs = miner.uptimeMs + silentMs;
      const lost = isLost(miner);
      const speed = lost ? 0 : this.#speedOf(miner);
      const atRng = miner.upstreams.rng.pending;
      const atHasher = miner.upstreams.hasher.pending;
      return {
        ...{ id, name, ageMs, loops, errors, coins, speed },
        ...{ active, atRng, atHasher, concurrency, resting, cpu, silentMs, lost },
      };
    });
  }

  /** Returns the times of the miners that are not lost in the window. */
  totals(): Totals {
    const sums = perStage(() => 0);
    const spreads = perStage((): Histogram => ({}));
    for (const { id } of this.reporting()) {
      const [first, last] = this.#endsOf(id);
      if (first === undefined || last === undefined) continue;
      for (const stage of STAGES) {
        sums[stage] += last.stages[stage].sum - first.stages[stage].sum;
        addDifference(spreads[stage], last.stages[stage].spread, first.stages[stage].spread);
      }
    }
    return { sums, spreads };
  }

  /** Returns what the miners that are not lost see of rng or hasher. */
  upstream(name: UpstreamName): UpstreamView {
    const ends = this.reporting().map((miner) => {
      const latest = miner.upstreams[name];
      return { latest, first: this.#endsOf(miner.id)[0]?.upstreams[name] ?? latest };
    });
    const views = ends.map(({ latest }) => latest);
    const failing = ends.filter(({ latest, first }) => latest.failed > first.failed);
    const errors = failing.reduce(
      (sum, { latest, first }) => sum + latest.failed - first.failed,
      0,
    );
    const reason = failing[0]?.latest.reason;
    const replicas = this.replicas(name);
    const loads = this.#loads(name);
    const avoided = views.flatMap((view) => view.avoided);
    const nameOf = namesByAddress([...avoided, ...views.flatMap((view) => view.replicas)]);
    const used = new Set(replicas.map((replica) => replica.name));
    const named = avoided.map(({ name: own, address, reason: why }) => ({
      name: nameOf.get(address) ?? own,
      reason: why,
    }));
    return {
      replicas: replicas.map(({ name: replica, slots }) => {
        const load = loads.get(replica);
        return { name: replica, slots, ...(load && { load }) };
      }),
      avoided: uniqueByName(named).filter((replica) => !used.has(replica.name)),
      pending: views.reduce((sum, { pending }) => sum + pending, 0),
      failures:
        errors === 0 ? null : { miners: failing.length, errors, reason: reason ?? 'unknown' },
      reports: ends.every(({ latest, first }) => latest.untimed === first.untimed),
    };
  }

  /** Returns the replicas of rng or hasher as their latest responses describe them. */
  replicas(name: UpstreamName): Replica[] {
    return uniqueByName(this.reporting().flatMap(({ upstreams }) => upstreams[name].replicas));
  }

  /**
   * Returns what each replica did in the window, by its name; nothing unless the miners that report all of their responses did
   * most of the loops. All miners use the same replicas, so their shares are those of all.
   */
  #loads(name: UpstreamName): Map<string, NonNullable<ReplicaView['load']>> {
    const served = new Map<string, Served>();
    let [known, all] = [0, 0];
    for (const { id } of this.reporting()) {
      const reports = this.#reports.get(id) ?? [];
      const loops = loopsBetween(reports[0], reports.at(-1));
      const own = servedBetween(reports.map(({ upstreams }) => upstreams[name].replicas));
      const isComplete = sumOf(own, 'responses') >= MIN_COMPLETE * loops;
      all += loops;
      if (!isComplete) continue;
      known += loops;
      for (const [replica, more] of own) served.set(replica, combine(more, served.get(replica)));
    }
    if (known < MIN_KNOWN * all) return new Map();
    const total = sumOf(served, 'responses');
    const spentMs = sumOf(served, 'spentMs');
    return new Map(
      [...served]
        .filter(([, { responses }]) => responses > 0)
        .map(([replica, it]) => {
          const { responses } = it;
          const timeShare = it.spentMs / spentMs;
          return [
            replica,
            { share: responses / total, serviceMs: it.serviceMs / responses, timeShare },
          ];
        }),
    );
  }

  #latest(): MinerSample[] {
    return withoutReplaced([...this.#reports.values()].flatMap((reports) => reports.slice(-1)));
  }

  #endsOf(id: string): [MinerSample | undefined, MinerSample | undefined] {
    const reports = this.#reports.get(id);
    return [reports?.[0], reports?.at(-1)];
  }

  #speedOf({ id }: MinerSample): number | null {
    const [first, last] = this.#endsOf(id);
    if (first === undefined || last === undefined || first === last) return null;
    return ((last.loops - first.loops) * 1000) / (last.uptimeMs - first.uptimeMs);
  }
}

/**
 * Returns the miners without those that died and have a successor: a miner of the same name that was started after their last
 * report. The report of a miner that died without a word takes a while to expire.
 */
function withoutReplaced(latest: KeptReport[]): KeptReport[] {
  const startedAt = new Map<string, number>();
  for (const { name, writtenAt, uptimeMs } of latest) {
    startedAt.set(name, Math.max(startedAt.get(name) ?? -Infinity, writtenAt - uptimeMs));
  }
  return latest.filter(({ name, writtenAt }) => writtenAt >= (startedAt.get(name) ?? -Infinity));
}

/** Returns how many loops a miner did between two reports. */
function loopsBetween(first: MinerSample | undefined, last: MinerSample | undefined): number {
  if (first === undefined || last === undefined) return 0;
  return totalOf(last.stages.work.spread) - totalOf(first.stages.work.spread);
}

/** Returns what each replica did between the first and the last report of one miner that lists it. */
function servedBetween(reports: readonly Replica[][]): Map<string, Served> {
  const first = new Map<string, Served>();
  const last = new Map<string, Served>();
  for (const { name, served } of reports.flat()) {
    if (served === undefined) continue;
    if (!first.has(name)) first.set(name, served);
    last.set(name, served);
  }
  const pairs = [...last].map(([name, served]) => [name, served, first.get(name)] as const);
  return new Map(
    pairs
      .filter(([, served, before]) => before && served.responses >= before.responses) // otherwise the totals started again
      .map(([name, served, before]) => [name, combine(served, before, -1)]),
  );
}

/** Returns a + factor · b. */
const combine = (a: Served, b: Served | undefined, factor = 1): Served => ({
  responses: a.responses + factor * (b?.responses ?? 0),
  serviceMs: a.serviceMs + factor * (b?.serviceMs ?? 0),
  spentMs: a.spentMs + factor * (b?.spentMs ?? 0),
});

const sumOf = (served: Map<string, Served>, figure: keyof Served) =>
  [...served.values()].reduce((sum, it) => sum + it[figure], 0);

function isLost({ silentMs }: MinerSample): boolean {
  return silentMs > LOST_AFTER_MS;
}

/** A miner that never got a response from a replica does not know its name, but others may. */
function namesByAddress(replicas: { name: string; address?: string | undefined }[]) {
  const named = replicas.filter(({ name, address }) => address !== undefined && name !== address);
  return new Map(named.map(({ name, address }) => [address, name]));
}

/** Returns the replicas or miners without those whose name an earlier one has, in natural order. */
function uniqueByName<T extends { name: string }>(list: T[]): T[] {
  const byName = new Map(list.toReversed().map((item) => [item.name, item]));
  return [...byName.values()].sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}

/** Returns mean and 95th percentile of each stage, in milliseconds; null if there was no loop. */
export function timesOf({ sums, spreads }: Totals): LoopTimes | null {
  const loops = totalOf(spreads.work);
  if (loops === 0) return null;
  return perStage((stage) => ({
    mean: sums[stage] / loops,
    p95: quantile(spreads[stage], 0.95) ?? 0,
  }));
}

function perStage<T>(valueOf: (stage: Stage) => T): Record<Stage, T> {
  return Object.fromEntries(STAGES.map((stage) => [stage, valueOf(stage)])) as Record<Stage, T>;
}
