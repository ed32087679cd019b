/**
 * Runs scenarios of the incidents on one stack, one after another.
 * @module
 */
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { attachProcesses } from '../../tools/stack/deployment/processes.ts';
import type { Frame, Outage } from '../../dashboard/frame/frame.ts';
import type { Deployment } from '../../tools/stack/deployment/deployment.ts';
import { causeIncident, cureIncident } from '../../tools/incidents/incident.ts';
import { BASELINE, type Scenario, type Sign } from '../../tools/incidents/scenarios/scenario.ts';
import { snapshot } from '../../tools/incidents/stack.ts';
import { connect } from '../../tools/stack/deployment/connect.ts';
import { EVIDENCE } from './incident-evidence.ts';
import { readFrame } from '../../tools/stack/read-frame.ts';
import { startStackProcess, type RunningStack } from '../../tools/stack/stack.ts';
import { until } from '../../tools/stack/until.ts';

/** Defines a test for each scenario: its signs, its evidence, and that its cure leaves nothing behind. */
export function testScenarios(scenarios: readonly Scenario[]): void {
  expect(Object.keys(EVIDENCE)).toEqual(expect.arrayContaining(scenarios.map(({ name }) => name)));
  const running = new AsyncDisposableStack();
  let dir: string;
  let stack: RunningStack;
  let deployment: Deployment;
  beforeAll(async () => {
    dir = running.use(await mkdtempDisposable(join(tmpdir(), 'dockercoins-stack-'))).path;
    const { miner, rng } = BASELINE;
    const args = ['--scale', `miner=${miner}`, '--scale', `rng=${rng}`];
    stack = running.use(await startStackProcess({ dir, args }));
    deployment = running.use(await attachProcesses(dir));
  });
  afterAll(() => running.disposeAsync());

  test.each(scenarios.map((scenario) => [scenario.name, scenario] as const))(
    '%s',
    async (name, scenario) => {
      await using connections = connect(deployment);
      const saved = await snapshot(deployment, connections);
      const incident = { deployment, ...connections, saved };
      let healthy: Frame;
      try {
        await using frames = new FrameRecorder(stack.dashboard);
        const watched: Scenario = {
          ...scenario,
          async action(it) {
            await scenario.action(it);
            frames.start();
          },
        };
        const { symptom, firstFigure } = await causeIncident(
          incident,
          watched,
          new AbortController().signal,
        );
        expect(scenario.symptom.shows(symptom.now, symptom.before)).toBe(true);
        expect(scenario.firstFigure.shows(firstFigure.now, firstFigure.before)).toBe(true);
        // Both may appear in the same frame or, on a busy machine, in successive ones.
        const first = await frames.indexOf(scenario.firstFigure, firstFigure.before);
        expect(first).toBeLessThanOrEqual(
          (await frames.indexOf(scenario.symptom, symptom.before)) + 1,
        );
        const { variations } = await until('there is a frame', () => readFrame(stack.dashboard));
        expect(variations).toEqual([]);
        await EVIDENCE[name]?.({ ...incident, dir });
      } finally {
        healthy = await cureIncident(incident, scenario);
      }
      expect(healthy).toMatchObject({ problems: [], miners: BASELINE.miner });
      expect(healthy.speed).toBeGreaterThan(7);
      const { scale, maxmemory, failed } = saved;
      const after = await snapshot(deployment, connections);
      expect(after).toMatchObject({ scale, maxmemory, failed });
    },
  );
}

/** Collects the frames of a dashboard from when it is started, so that signs in them have an order. */
class FrameRecorder implements AsyncDisposable {
  readonly #dashboard: string;
  readonly #stop = new AbortController();
  readonly #frames: Frame[] = [];
  #reading = Promise.resolve();

  constructor(dashboard: string) {
    this.#dashboard = dashboard;
  }

  /** Begins with the latest frame so far. */
  start(): void {
    this.#reading = this.#read();
  }

  /** Resolves to the index of the first frame that shows a sign. */
  indexOf({ what, read, shows }: Sign, before: number): Promise<number> {
    return until(`a frame shows that ${what} changed`, () => {
      const index = this.#frames.findIndex((frame) => {
        const value = read(frame);
        return value !== null && shows(value, before);
      });
      return index >= 0 && index;
    });
  }

  async #read(): Promise<void> {
    const { signal } = this.#stop;
    try {
      const { body } = await fetch(`${this.#dashboard}/api/events`, { signal });
      if (body === null) return;
      for await (const line of createInterface({ input: Readable.fromWeb(body) })) {
        if (!line.startsWith('data: ')) continue;
        const message = JSON.parse(line.slice('data: '.length)) as Frame | Outage;
        if (!('unreachable' in message)) this.#frames.push(message);
      }
    } catch (err) {
      if (!signal.aborted) throw err;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#reading;
  }
}
