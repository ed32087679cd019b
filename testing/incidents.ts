/**
 * Runs scenarios of the incidents on one stack, one after another.
 * @module
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { attachProcesses } from '../lab/deployment/processes.ts';
import type { Frame } from '../dashboard/frame.ts';
import type { Deployment } from '../lab/deployment/deployment.ts';
import { causeIncident, cureIncident } from '../lab/incidents/incident.ts';
import { BASELINE, type Scenario } from '../lab/incidents/scenario.ts';
import { connect, snapshot } from '../lab/incidents/stack.ts';
import { EVIDENCE } from './incident-evidence.ts';
import { readFrame } from './read-frame.ts';
import { startStackProcess, type RunningStack } from './stack.ts';

/** The dashboard makes a frame this often. */
const FRAME_MS = 1000;

/** Defines a test for each scenario: its signs, its evidence, and that its cure leaves nothing behind. */
export function testScenarios(scenarios: readonly Scenario[]): void {
  expect(Object.keys(EVIDENCE)).toEqual(expect.arrayContaining(scenarios.map(({ name }) => name)));
  let dir: string;
  let stack: RunningStack;
  let deployment: Deployment;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'dockercoins-stack-'));
    const { miner, rng } = BASELINE;
    const args = ['--scale', `miner=${miner}`, '--scale', `rng=${rng}`];
    stack = await startStackProcess({ dir, args });
    deployment = await attachProcesses(dir);
  });
  afterAll(async () => {
    await deployment[Symbol.asyncDispose]();
    await stack[Symbol.asyncDispose]();
    await rm(dir, { recursive: true });
  });

  test.each(scenarios.map((scenario) => [scenario.name, scenario] as const))(
    '%s',
    async (name, scenario) => {
      await using connections = connect(deployment);
      const saved = await snapshot(deployment, connections);
      const incident = { deployment, ...connections, saved };
      let healthy: Frame;
      try {
        const { symptom, firstFigure } = await causeIncident(
          incident,
          scenario,
          new AbortController().signal,
        );
        expect(scenario.symptom.shows(symptom.now, symptom.before)).toBe(true);
        expect(scenario.firstFigure.shows(firstFigure.now, firstFigure.before)).toBe(true);
        // Both may appear in the same frame or, on a busy machine, in successive ones.
        expect(firstFigure.afterMs).toBeLessThan(symptom.afterMs + FRAME_MS + 100);
        expect((await readFrame(stack.dashboard))?.variations).toEqual([]);
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
    150_000,
  );
}
