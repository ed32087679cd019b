/**
 * `npm run scale miner=10 hasher=2`: changes the number of replicas while `npm start` runs.
 * @module
 */
import { SERVICES } from '../args.ts';
import type { Command } from '../commands.ts';
import { readLocalDir } from '../config.ts';
import { ArgumentError, readArguments, throwAny } from '../options.ts';
import { Control } from './client.ts';

export const command: Command = {
  notes: `SERVICE is one of ${SERVICES.join(', ')}. For example: npm run scale miner=10 hasher=2
Settings are for the added replicas only, for example: npm run scale hasher=2 HASHER_DELAY_MS=500
`,
  async run(args) {
    const { words, problems } = readArguments({}, args);
    const pairs = words.map((word) => splitPair(word, problems));
    throwAny(problems);
    const settings = pairs.filter(([name]) => /^[A-Z][A-Z0-9_]*$/.test(name));
    const replicas = pairs.filter((pair) => !settings.includes(pair));
    if (replicas.length === 0) {
      const expected = 'expected SERVICE=N, such as miner=10';
      if (settings.length === 0) throw new ArgumentError(expected);
      throw new ArgumentError(
        `${words.join(' ')}: ${expected}, because only added replicas get settings`,
      );
    }
    await using control = new Control(readLocalDir(process.env));
    const running = await control.scale(Object.fromEntries(replicas), Object.fromEntries(settings));
    for (const [service] of replicas) {
      const count = running.filter((replica) => replica.service === service).length;
      process.stdout.write(`${service}: ${count} ${count === 1 ? 'replica' : 'replicas'}\n`);
    }
  },
};

function splitPair(arg: string, problems: string[]): [string, string] {
  const at = arg.indexOf('=');
  if (at < 1) problems.push(`expected SERVICE=N or SETTING=VALUE, got ${arg}`);
  return [arg.slice(0, at), arg.slice(at + 1)];
}
