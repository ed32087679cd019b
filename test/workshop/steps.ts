/**
 * What a reader of the workshop does, in the order of the text: commands to run, and speeds to see.
 * @module
 */
import { readFileSync } from 'node:fs';
import { parseCommands, type Way } from '../../dashboard/workshop/commands.ts';

/** A block of commands, or one for each way to run the stack. */
export interface CommandStep {
  kind: 'commands';
  heading: string;
  /** Empty if there is nothing to do. */
  commands: Record<Way, string[]>;
  /** What the text shows below the commands. */
  output: string | undefined;
  /** What covers commands that the tests of the text do not run. */
  notRun: string | undefined;
}

/** A speed in bold: what the page shows at this place in the text. */
export interface SpeedStep {
  kind: 'speed';
  heading: string;
  hashesPerSecond: number;
}

export type Step = CommandStep | SpeedStep;

const PIECE =
  /^(#+) (?<heading>.*)$|^<!-- not run: (?<notRun>.+) -->$|^```(?<language>\w*)\n(?<text>[^]*?)\n```$|\*\*(?<speed>[\d.]+) hashes\/s\*\*/gm;

/** The output may be folded, so that readers guess first. */
const FOLD = /<details>\n<summary>.*<\/summary>/;

/** Returns the steps of the text. */
export function readSteps(markdown = readFileSync('docs/workshop.md', 'utf8')): Step[] {
  const steps: Step[] = [];
  let heading = '';
  let notRun: string | undefined;
  let end = 0;
  for (const match of markdown.matchAll(PIECE)) {
    const { groups = {}, index } = match;
    const previous = steps.at(-1);
    const adjacent =
      previous?.kind === 'commands' && markdown.slice(end, index).replace(FOLD, '').trim() === ''
        ? previous
        : undefined;
    end = index + match[0].length;
    const { text = '' } = groups;
    if (groups['heading'] !== undefined) heading = groups['heading'];
    else if (groups['notRun'] !== undefined) notRun = groups['notRun'];
    else if (groups['speed'] !== undefined)
      steps.push({ kind: 'speed', heading, hashesPerSecond: Number(groups['speed']) });
    else if (groups['language'] === 'sh') {
      const { way, lines } = parseCommands(text);
      const commands = lines.map(({ command }) => command).filter(Boolean);
      const isSecond = way !== undefined && adjacent?.commands[way].length === 0;
      if (isSecond) adjacent.commands[way] = commands;
      else {
        const both = { npm: commands, compose: commands };
        const one = { npm: [], compose: [], ...(way && { [way]: commands }) };
        const step = { heading, commands: way === undefined ? both : one, output: undefined };
        steps.push({ kind: 'commands', ...step, notRun });
      }
      notRun = undefined;
    } else if (adjacent) adjacent.output = text;
  }
  return steps;
}
