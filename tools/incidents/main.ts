/**
 * `npm run incident`: breaks the running stack, and checks what students find out.
 * @module
 */
import { randomInt } from 'node:crypto';
import { createInterface } from 'node:readline/promises';
import type { Command } from '../../local/commands.ts';
import { readLocalDir } from '../../local/config.ts';
import { ArgumentError } from '../../local/options.ts';
import { onClosedOutput, onStopSignals } from '../../local/signals.ts';
import { isRunning } from '../stack/is-running.ts';
import { connect } from '../stack/deployment/connect.ts';
import type { Deployment } from '../stack/deployment/deployment.ts';
import { OPTIONS, parseIncidentArgs, type IncidentOptions } from './args.ts';
import {
  choicesOf,
  choose,
  listChoices,
  parseAnswer,
  verdictOn,
  type Answer,
  type Choices,
} from './choices.ts';
import { findDeployment } from './find-deployment.ts';
import { causeIncident, checkUsable, cureIncident } from './incident.ts';
import { BASELINE, type Scenario, type Stack } from './scenarios/scenario.ts';
import { pickScenario, scenarioNamed, SCENARIOS } from './scenarios/all.ts';
import { snapshot } from './stack.ts';
import { StateFile, type State } from './state.ts';
import { duration, healthyText, hintsText, listText, pageText, solutionText } from './text.ts';

const print = (text: string) => void process.stdout.write(text);

/** Resolves to the exit status. */
async function main(args: string[]): Promise<number> {
  const options = parseIncidentArgs(args);
  const dir = readLocalDir(process.env);
  const file = new StateFile(dir);
  switch (options.command) {
    case 'list':
      print(listText(SCENARIOS));
      return 0;
    case 'start':
      return start(options, file, dir);
    case 'answer':
      return answer(options, file, dir);
    case 'give-up': {
      const state = await file.read();
      print(solutionText(scenarioNamed(state.scenario), state.page));
      return restore(state, file, dir);
    }
  }
}

async function start(
  { kind, seed = randomInt(1000), only }: Extract<IncidentOptions, { command: 'start' }>,
  file: StateFile,
  dir: string,
): Promise<number> {
  file.checkNone();
  const canceled = cancellation();
  await using deployment = await findDeployment(kind, dir);
  await checkUsable(deployment);
  const scenario = only === undefined ? pickScenario(seed) : scenarioNamed(only);
  await using connections = connect(deployment);
  const saved = await snapshot(deployment, connections);
  const stack = { deployment, ...connections, saved };
  const { pid } = process;
  const state: State = { kind: deployment.kind, pid, scenario: scenario.name, seed, saved };
  await file.create(state);
  try {
    print(
      `Preparing the stack, then breaking it. Until this is over, it has ${BASELINE.miner} miners and ${BASELINE.rng} rngs …\n`,
    );
    const observed = await causeIncident(stack, scenario, canceled, printWait);
    const at = new Date();
    await file.update({ ...state, page: { ...observed, at: at.getTime() } });
    print(`\n${pageText(scenario.symptom, observed.symptom, at)}\n\n${hintsText(deployment)}`);
    return 0;
  } catch (err) {
    print(`No incident: ${sentence((err as Error).message)} Restoring the stack …\n`);
    await cureAndReport(stack, scenario, file);
    return 1;
  }
}

async function answer(
  { answer: given }: Extract<IncidentOptions, { command: 'answer' }>,
  file: StateFile,
  dir: string,
): Promise<number> {
  const state = await file.read();
  const scenario = scenarioNamed(state.scenario);
  if (state.page === undefined) {
    if (isRunning(state.pid)) {
      print('The incident has not shown yet: wait for its page.\n');
      return 1;
    }
    print('The incident was interrupted before it showed.\n');
    return restore(state, file, dir);
  }
  const choices = choicesOf(scenario, state.seed);
  if (given !== undefined || !process.stdin.isTTY) {
    if (given === undefined) {
      print(
        `With which part?\n${listChoices(choices.parts)}\nWhat is wrong?\n${listChoices(choices.causes)}\n`,
      );
      print(
        'This is not a terminal: answer with npm run incident -- --answer PART CAUSE, each a number or a text of these\n',
      );
      return 2;
    }
    const verdict = verdictOn(parseAnswer(choices, given.part, given.cause), scenario);
    if (verdict !== undefined) {
      print(`${verdict} Try again: npm run incident -- --answer\n`);
      return 1;
    }
  } else {
    await askUntilRight(choices, scenario);
  }
  print(`\nRight, after ${duration(Date.now() - state.page.at)}.\n`);
  print(solutionText(scenario, state.page));
  return restore(state, file, dir);
}

async function askUntilRight(choices: Choices, right: Answer): Promise<void> {
  for (;;) {
    const verdict = verdictOn(await ask(choices), right);
    if (verdict === undefined) return;
    print(`${verdict} Try again, or press Ctrl-C.\n\n`);
  }
}

/** Asks until both answers are choices. */
async function ask({ parts, causes }: Choices): Promise<Answer> {
  using terminal = createInterface({ input: process.stdin, output: process.stdout });
  const question = async <T extends string>(text: string, what: string, all: readonly T[]) => {
    print(`${text}\n${listChoices(all)}`);
    for (;;) {
      try {
        return choose(what, all, await terminal.question('> '));
      } catch (err) {
        if (!(err instanceof ArgumentError)) throw err;
        print(`Enter a number from 1 to ${all.length}.\n`);
      }
    }
  };
  return {
    part: await question('With which part?', 'part', parts),
    cause: await question('What is wrong?', 'cause', causes),
  };
}

/** Resolves to the exit status. */
async function restore(state: State, file: StateFile, dir: string): Promise<number> {
  // A closed terminal must not leave half of the incident.
  process.on('SIGHUP', () => undefined);
  onClosedOutput(() => undefined);
  print('\nRestoring the stack …\n');
  await using deployment: Deployment = await findDeployment(state.kind, dir);
  await using connections = connect(deployment);
  const stack = { deployment, ...connections, saved: state.saved };
  return await cureAndReport(stack, scenarioNamed(state.scenario), file);
}

async function cureAndReport(stack: Stack, scenario: Scenario, file: StateFile): Promise<number> {
  try {
    print(healthyText(await cureIncident(stack, scenario, printWait)));
    await file.delete();
    return 0;
  } catch (err) {
    print(`The stack is not healthy: ${sentence((err as Error).message)}\n`);
    print('Try again with npm run incident -- --give-up.\n');
    return 1;
  }
}

/** Some reasons are sentences of the page. */
const sentence = (reason: string) => `${reason.replace(/\.$/, '')}.`;

const printWait = (reason: string) => print(`Still waiting: ${sentence(reason)}\n`);

/** The first signal cancels the incident, as does a closed terminal; a second signal ends this process at once. */
function cancellation(): AbortSignal {
  const canceled = new AbortController();
  const cancel = () => canceled.abort(new Error('it was canceled'));
  onStopSignals(canceled.signal, () => {
    if (canceled.signal.aborted) process.exit(1);
    cancel();
  });
  onClosedOutput(cancel);
  return canceled.signal;
}

export const command: Command = {
  options: OPTIONS,
  notes: `It chooses one of ${SCENARIOS.length} ways, and reports what a pager would. Find out what is wrong.\n`,
  run: main,
};
