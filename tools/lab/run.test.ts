import { expect, test, vi } from 'vitest';
import { processCommands } from '../stack/deployment/commands.ts';
import type { Deployment, StackPlan } from '../stack/deployment/deployment.ts';
import { LabStack } from './lab-stack.ts';
import { runSteps, type Announcement, type StepResult } from './run.ts';
import type { Step } from './step.ts';
import { planOf } from './steps.ts';

/** A port of this machine on which nothing listens, so that there is no history. */
const NOWHERE = 'http://127.0.0.1:1';

/** A deployment that only records what is done to it. It is up once `ready` resolves. */
function recordingStack(ready: Promise<unknown> = Promise.resolve()) {
  const log: string[] = [];
  const deployment: Deployment = {
    kind: 'processes',
    origins: { dashboard: NOWHERE, rng: NOWHERE, hasher: NOWHERE },
    redisUrl: '',
    commands: processCommands,
    replicas: () => Promise.resolve([]),
    scale: (replicas) => Promise.resolve(void log.push(`scale ${JSON.stringify(replicas)}`)),
    signal: () => Promise.resolve(),
    logs: () => Promise.resolve([]),
    [Symbol.asyncDispose]: () => Promise.resolve(void log.push('stop')),
  };
  const start = ({ scale }: StackPlan) => {
    log.push(`start ${JSON.stringify(scale)}`);
    return ready.then(() => deployment);
  };
  return { log, stack: new LabStack(start) };
}

const stepOf = (name: Step['name'], miners: number, measured: number | Error): Step => ({
  name,
  question: '?',
  plan: planOf(miners, 1),
  commands: () => [],
  reason: '',
  predictions: [
    { what: 'speed', unit: 'hashes/s', expected: 10, tolerance: { min: 8, max: 10.5 } },
  ],
  measure: () =>
    measured instanceof Error ? Promise.reject(measured) : Promise.resolve({ figures: [measured] }),
});

async function run(steps: Step[], stack: LabStack, signal = new AbortController().signal) {
  const announced: Announcement[] = [];
  const results: StepResult[] = [];
  await runSteps({
    steps,
    stack,
    kind: 'processes',
    commands: processCommands,
    announce: (step) => Promise.resolve(void announced.push(step)),
    onStack: () => undefined,
    report: (result) => results.push(result),
    signal,
  });
  return { announced, results };
}

test('each step changes the stack as its commands say, and is judged', async () => {
  const { log, stack } = recordingStack();
  const steps = [stepOf('one-miner', 1, 3), stepOf('ten-miners', 10, 9.9)];
  const { announced, results } = await run(steps, stack);
  expect(announced.map(({ commands }) => commands)).toEqual([
    ['npm start'],
    ['npm run scale miner=10'],
  ]);
  expect(log).toEqual(['start {"miner":1,"rng":1}', 'scale {"miner":10}']);
  expect(results.map(({ pass }) => pass)).toEqual([false, true]);
});

test('a step that cannot be measured fails with the reason, and the next one runs', async () => {
  const { stack } = recordingStack();
  const steps = [stepOf('one-miner', 1, new Error('timed out')), stepOf('ten-miners', 1, 10)];
  const { results } = await run(steps, stack);
  expect(results).toMatchObject([{ pass: false, error: 'timed out' }, { pass: true }]);
  expect(results[0]?.checks).toMatchObject([{ what: 'speed', measured: NaN, pass: false }]);
});

test('after an interruption nothing is started or reported', async () => {
  const { log, stack } = recordingStack();
  const interrupted = new AbortController();
  const step = stepOf('one-miner', 1, 3);
  const interrupting: Step = {
    ...step,
    measure: (context) => {
      interrupted.abort();
      return step.measure(context);
    },
  };
  const { announced, results } = await run(
    [interrupting, stepOf('ten-miners', 10, 10)],
    stack,
    interrupted.signal,
  );
  expect(announced).toHaveLength(1);
  expect(results).toEqual([]);
  expect(log).toEqual(['start {"miner":1,"rng":1}']);
});

test('a stack that is disposed of while it starts is stopped once it is up, and does not start again', async () => {
  const ready = Promise.withResolvers<undefined>();
  const { log, stack } = recordingStack(ready.promise);
  const starting = stack.change(planOf(1, 1));
  await vi.waitUntil(() => log.length > 0);
  const disposal = stack[Symbol.asyncDispose]();
  ready.resolve(undefined);
  await Promise.all([starting, disposal]);
  expect(log).toEqual(['start {"miner":1,"rng":1}', 'stop']);
  await expect(stack.change(planOf(1, 1))).rejects.toThrow('the stack has been stopped');
});
