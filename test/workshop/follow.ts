/**
 * Registers tests that follow the workshop's text from top to bottom, as a reader does.
 * @module
 */
import { expect, test } from 'vitest';
import type { Way } from '../../dashboard/workshop/commands.ts';
import type { Frame } from '../../dashboard/frame/frame.ts';
import { readFrame } from '../../tools/stack/read-frame.ts';
import { until } from '../../tools/stack/until.ts';
import { knownCommand } from './known-commands.ts';
import { readSteps, type CommandStep } from './steps.ts';

export interface Reader {
  /** Runs a command of the text. Resolves to its output. @throws {Error} if it fails */
  run: (command: string) => Promise<string>;
  /** Runs a command until its output matches, then presses Ctrl-C. Resolves to its output. */
  runUntil: (command: string, pattern: RegExp) => Promise<string>;
  /** Origin of the dashboard. */
  dashboard: () => string;
}

/** How much a speed may differ from the one in the text: other programs slow the machine down. The lab measures exactly. */
const TOLERANCE = 0.2;

/** Registers one test per command and per speed. */
export function followText(way: Way, reader: Reader): void {
  const frame = () => readFrame(reader.dashboard());
  /** Replicas according to the commands so far. */
  let expected: Partial<Pick<Frame, 'miners' | 'rng'>> = {};
  for (const step of readSteps()) {
    if (step.kind === 'speed') {
      const { heading, hashesPerSecond } = step;
      test(`${heading}: the page shows ${hashesPerSecond} hashes/s`, async () => {
        await until(
          `${JSON.stringify(expected)} do ${hashesPerSecond} hashes/s, and there is no problem`,
          async () => {
            const latest = await frame();
            if (latest === undefined) return false;
            expect.soft(latest.queue.failed).toBe(0);
            const error = Math.abs((latest.speed ?? 0) / hashesPerSecond - 1);
            const replicas = { miners: latest.miners, rng: latest.rng };
            const isScaled = Object.entries(expected).every(
              ([name, n]) => replicas[name as keyof typeof replicas] === n,
            );
            return isScaled && error < TOLERANCE && latest.problems.length === 0;
          },
        );
      });
    } else if (step.notRun === undefined) {
      for (const command of step.commands[way]) {
        if (way === 'compose' && isCovered(step, command)) continue;
        test(`${step.heading}: ${command}`, async () => {
          const known = knownCommand(command);
          const { until: pattern } = known;
          const output = await (pattern ? reader.runUntil(command, pattern) : reader.run(command));
          known.check?.(output);
          expected = { ...expected, ...replicasIn(command) };
          await known.effect?.(frame);
        });
      }
    }
  }
}

/** Returns the replicas that a command asks for. */
export function replicasIn(command: string): Partial<Pick<Frame, 'miners' | 'rng'>> {
  const count = (service: string) => {
    const [, digits] = new RegExp(`\\b${service}=(\\d+)`).exec(command) ?? [];
    return digits === undefined ? undefined : Number(digits);
  };
  const miners = count('miner');
  const rng = count('rng');
  return { ...(miners !== undefined && { miners }), ...(rng !== undefined && { rng }) };
}

/** Whether following the text with `npm start` suffices: the command is the same, and does not depend on Compose. */
function isCovered({ commands }: CommandStep, command: string): boolean {
  return (
    commands.npm.includes(command) && !command.startsWith('httping -c 5 http://localhost:8001')
  );
}
