/**
 * The tables and statements of docs/scaling.md. They take some seconds of CPU time.
 * @module
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { simulate } from '../../../simulation/figures.ts';
import { markdownTable } from '../../markdown-table.ts';
import { parseSimulateArgs } from '../args.ts';
import { autoscaledHours } from './autoscalers.ts';
import { kneeRows } from './knee.ts';
import { limitOf, needsOf, simulateNeeds, simulateShares } from './needs.ts';
import { retriesRows, type Recovery } from './retries.ts';
import { slowReplicaRows } from './slow-replica.ts';

const whole = (value: number) => value.toLocaleString('en', { maximumFractionDigits: 0 });
const rounded = (value: number) => whole(Number(value.toPrecision(3)));
const percent = (share: number) => `${(100 * share).toFixed()}%`;

const needs = [1000, 10_000, 100_000].map((speed) => {
  const need = needsOf(speed);
  return { ...need, simulated: simulateShares(need) };
});
const parts = [
  ['producer', 'one leads: another pipeline'],
  ['rng', 'rngs, if their slots are not the limit'],
  ['hasher', 'hashers'],
  ['redis', 'queues, each on a Redis server of its own'],
  ['miner', 'miners'],
] as const;
const twoCores = simulate(parseSimulateArgs(['--fast'], {}).plan, 5, { warmUp: 3 });
const knee = kneeRows();
const hours = autoscaledHours();
const retries = retriesRows();
const slow = slowReplicaRows();

const TABLES: Record<string, string> = {
  needs: markdownTable(
    ['hashes/s', ...needs.map(({ hashesPerSecond }) => whole(hashesPerSecond))],
    [
      ['miners', ...needs.map(({ miners }) => whole(miners))],
      ['`MINER_CONCURRENCY`', ...needs.map(({ concurrency }) => whole(concurrency))],
      ['rngs with one slot', ...needs.map(({ rngs }) => whole(rngs))],
      [
        'or rngs with `RNG_SLOTS`',
        ...needs.map((need) => `${need.rngProcesses} with ${whole(need.slotsPerProcess)}`),
      ],
      ['hashers', ...needs.map(({ hashers }) => whole(hashers))],
      ['`QUEUES` and Redis servers', ...needs.map(({ queues }) => whole(queues))],
      ['the leading producer, of one core', ...needs.map(({ producer }) => percent(producer))],
      ['cores', ...needs.map(({ cores }) => whole(cores))],
      ['simulated hashes/s', ...needs.map(({ simulated }) => rounded(simulated))],
    ],
  ),
  limits: markdownTable(
    ['part', 'one allows, hashes/s', 'then add'],
    parts
      .map(([part, cure]) => ({
        part: part === 'redis' ? 'Redis' : part,
        cure,
        limit: limitOf(part),
      }))
      .toSorted((a, b) => a.limit - b.limit)
      .map(({ part, cure, limit }) => [part, rounded(limit), cure]),
  ),
  knee: markdownTable(
    ['miners', 'constant: hashes/s', 'wait at rng, ms', 'exponential: hashes/s', 'wait at rng, ms'],
    knee.map(({ miners, constant, exponential }) => [
      whole(miners),
      ...[constant, exponential].flatMap(({ speed, waitMs }) => [speed.toFixed(1), whole(waitMs)]),
    ]),
  ),
  autoscalers: markdownTable(
    ['what is scaled, by what', 'jobs done', 'longest backlog', 'miners', 'rngs', 'changes'],
    hours.map(({ name, done, lateBacklog, miners, rngs, lateChanges }) => [
      name,
      percent(done),
      whole(lateBacklog),
      miners.toFixed(1),
      rngs.toFixed(1),
      whole(lateChanges),
    ]),
  ),
  retries: markdownTable(
    [
      'load',
      'most requests at rng: jitter',
      'none',
      'wait, p95, ms: jitter',
      'none',
      'recovery, s: jitter',
      'none',
    ],
    retries.map(({ name, withJitter, withoutJitter }) => {
      const both = (cell: (recovery: Recovery) => string) => [withJitter, withoutJitter].map(cell);
      return [
        name,
        ...both(({ most }) => whole(most)),
        ...both(({ p95Ms }) => whole(p95Ms)),
        ...both(({ seconds }) => seconds?.toFixed(1) ?? '–'),
      ];
    }),
  ),
  'slow replica': markdownTable(
    [
      'rngs',
      'miners',
      'all equal',
      'one is slow',
      'without it',
      'strictly in turn',
      'wait, p95, ms',
    ],
    slow.map(({ rngs, miners, equal, oneSlow, without, inTurn, p95Ms }) => [
      ...[rngs, miners].map(whole),
      ...[equal, oneSlow, without].map((speed) => speed.toFixed(1)),
      ...[inTurn, p95Ms].map(whole),
    ]),
  ),
};

const MARKED = /(<!-- table: (.+) -->\n\n)(?:\|.*\n)*/g;
const page = readFileSync('docs/scaling.md', 'utf8');

/** `npx vitest run --project unit tools/simulate/scaling -u` rewrites the tables. */
test('docs/scaling.md has the simulated tables', async () => {
  expect([...page.matchAll(MARKED)].map(([, , name]) => name)).toEqual(Object.keys(TABLES));
  const renewed = page.replace(
    MARKED,
    (_, mark: string, name: string) => `${mark}${TABLES[name] ?? ''}`,
  );
  await expect(renewed).toMatchFileSnapshot('../../../docs/scaling.md');
});

describe('docs/scaling.md says that', () => {
  test('Redis and miners limit ten thousand hashes per second first, and the producer a hundred thousand', () => {
    const limiting = (speed: number) =>
      parts.map(([part]) => part).filter((part) => limitOf(part) <= speed);
    expect(limiting(1000)).toEqual([]);
    expect(limiting(10_000)).toEqual(['redis', 'miner']);
    expect(limiting(100_000)).toContain('producer');
  });

  test('what is needed gives the speed, at any size', () => {
    for (const { hashesPerSecond, simulated } of needs) {
      expect(simulated / hashesPerSecond).toBeGreaterThan(1);
      expect(simulated / hashesPerSecond).toBeLessThan(1.1);
    }
  });

  test('the shares of several queues add up', () => {
    const both = needsOf(2000);
    const together = simulateNeeds({
      ...both,
      queues: 2,
      concurrency: Math.ceil(both.concurrency / 2),
    });
    const separate = simulateShares({ ...both, queues: 2 });
    expect(together.hashesPerSecond / separate).toBeCloseTo(1, 1);
  });

  test('two simulated cores are somewhat faster than real ones', () => {
    const [, measured = ''] =
      /reached ([\d,]+) hashes\/s/.exec(readFileSync('docs/performance.md', 'utf8')) ?? [];
    const ratio = twoCores.hashesPerSecond / Number(measured.replace(',', ''));
    expect(ratio).toBeGreaterThan(1);
    expect(ratio).toBeLessThan(1.2);
    expect(page).toContain(
      `${rounded(twoCores.hashesPerSecond)} hashes/s simulated, ${measured} measured`,
    );
  });

  test('constant delays have a sharp knee, exponential ones need three times the miners', () => {
    const at = (miners: number) => knee.find((row) => row.miners === miners);
    expect(at(30)?.constant.speed).toBeGreaterThan(95);
    expect(at(30)?.exponential.speed).toBeLessThan(70);
    expect(at(90)?.exponential.speed).toBeGreaterThan(90);
  });

  test('autoscalers should count what there is to do', () => {
    const [byWaiting, byWait, byRequests, bothByWaiting, bothByAll] = hours;
    expect(byWaiting?.done).toBeLessThan(0.5);
    expect(byWait?.lateChanges).toBeGreaterThan(10);
    expect(bothByWaiting?.lateChanges).toBeGreaterThan(10);
    expect(bothByWaiting?.lateBacklog).toBeGreaterThan(500);
    expect(byRequests).toMatchObject({ lateChanges: 0, lateBacklog: 0 });
    expect(bothByAll?.lateBacklog).toBeLessThan(50);
    for (const hour of [byRequests, bothByAll]) expect(hour?.done).toBeGreaterThan(0.999);
  });

  test('jitter makes the burst smaller, a busy rng catches up no sooner, and no job fails for good', () => {
    for (const { withJitter, withoutJitter } of retries) {
      expect(withJitter.most).toBeLessThan(withoutJitter.most);
      expect([withJitter.failed, withoutJitter.failed]).toEqual([0, 0]);
    }
    const [saturated, halfBusy] = retries;
    expect(saturated?.withJitter.p95Ms).toBeCloseTo(saturated?.withoutJitter.p95Ms ?? NaN, -2);
    expect(halfBusy?.withJitter.seconds).toBeCloseTo(halfBusy?.withoutJitter.seconds ?? NaN, 0);
    for (const { withJitter, withoutJitter } of retries.slice(1)) {
      expect(withJitter.p95Ms).toBeLessThan(0.7 * withoutJitter.p95Ms);
    }
  });

  test('a slow replica costs what a missing one does among many, and much less than strictly in turn', () => {
    for (const { rngs, oneSlow, without, inTurn } of slow) {
      expect(oneSlow).toBeGreaterThan(3 * inTurn);
      if (rngs >= 10) expect(oneSlow / without).toBeCloseTo(1, 1);
    }
  });
});
