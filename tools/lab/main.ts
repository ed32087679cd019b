/**
 * `npm run lab`: the workshop's experiment, predicted and measured.
 * @module
 */
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { speedLine } from '../../local/banner.ts';
import type { Command } from '../../local/commands.ts';
import { checkWritable } from '../../local/options.ts';
import { onClosedOutput, onStopSignals } from '../../local/signals.ts';
import { Terminal } from '../../local/terminal.ts';
import { OPTIONS, parseLabArgs } from './args.ts';
import { composeCommands, processCommands } from '../stack/deployment/commands.ts';
import { startCompose } from '../stack/deployment/compose.ts';
import { startProcesses } from '../stack/deployment/processes.ts';
import { findDisturbance } from './disturbance.ts';
import { toJson } from './json.ts';
import { LabStack } from './lab-stack.ts';
import { renderReport } from './report.ts';
import { runSteps, type StepResult } from './run.ts';
import { steps } from './steps.ts';
import { showPredictions, showPrompt, showQuestion, showResult, showTable } from './text.ts';

const KINDS = {
  processes: { start: startProcesses, commands: processCommands },
  compose: { start: startCompose, commands: composeCommands },
};

/** Resolves to the exit status. */
async function main(args: string[]): Promise<number> {
  const options = parseLabArgs(args);
  const { json, report, kind } = options;
  checkWritable({ json, report });
  const { DASHBOARD_PORT, LOCAL_DIR } = process.env;
  const disturbance = await findDisturbance(
    `http://localhost:${DASHBOARD_PORT || 8000}`,
    LOCAL_DIR || '.local',
  );
  if (disturbance !== undefined) throw new Error(disturbance);

  const interrupted = new AbortController();
  onStopSignals(interrupted.signal, () => {
    if (interrupted.signal.aborted) process.exit(1);
    terminal.print('\ninterrupted: cleaning up; press Ctrl-C again to quit immediately');
    interrupted.abort();
  });
  onClosedOutput(() => interrupted.abort());
  const terminal = new Terminal(process.stderr);
  const { start, commands } = KINDS[kind];
  const selected = steps.filter(({ name }) => options.steps.includes(name));
  const results: StepResult[] = [];
  let dashboard: string | undefined;
  let guesses: AsyncIterator<string> | undefined;
  let guess = '';
  const timer = setInterval(() => {
    if (dashboard === undefined) return;
    void speedLine(dashboard).then((line) => dashboard !== undefined && terminal.status(line));
  }, 1000);
  const hideSpeed = () => {
    dashboard = undefined;
    if (process.stderr.isTTY) terminal.status('');
  };
  {
    await using stack = new LabStack(start);
    const work = runSteps({
      steps: selected,
      stack,
      kind,
      commands,
      async announce(step, number) {
        terminal.print(showQuestion(step, number, selected.length));
        if (options.pause) {
          process.stderr.write(showPrompt(step));
          guesses ??= createInterface({ input: process.stdin })[Symbol.asyncIterator]();
          const { value } = (await guesses.next()) as { value?: string }; // at once after the end of the input
          guess = value?.trim() ?? '';
        }
        terminal.print(showPredictions(step));
      },
      onStack: ({ origins }) => (dashboard = origins.dashboard),
      signal: interrupted.signal,
      report(result) {
        hideSpeed();
        results.push(result);
        terminal.print(showResult(result, guess));
      },
    });
    await Promise.race([work, once(interrupted.signal, 'abort')]);
    hideSpeed();
  }
  clearInterval(timer);

  if (results.length > 0) process.stdout.write(`\n${showTable(results)}`);
  const count = selected.length;
  if (json !== undefined) await writeFile(json, toJson(kind, count, results));
  if (report !== undefined) await writeFile(report, await renderReport(kind, count, results));
  return !interrupted.signal.aborted && results.every(({ pass }) => pass) ? 0 : 1;
}

export const command: Command = {
  options: OPTIONS,
  notes: `It starts a stack of its own, and removes it at the end.
Exit status: 0 if all predictions hold, 1 if one does not or the lab is interrupted, 2 if an argument is wrong.
DASHBOARD_PORT, RNG_PORT, and HASHER_PORT change the ports (8000, 8001, 8002).
`,
  async run(args) {
    process.exit(await main(args));
  },
};
