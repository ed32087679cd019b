/**
 * `npm run scale miner=10 hasher=2`: changes the number of replicas while `npm start` runs.
 * @module
 */
import { ArgumentError } from '../args.ts';
import { Control } from './client.ts';
import { runCommand } from './command.ts';

const USAGE = `npm run scale SERVICE=N [SERVICE=N …] [SETTING=VALUE …]

  changes the number of replicas while npm start runs, for example: npm run scale miner=10 hasher=2
  Settings are for the added replicas only, for example: npm run scale hasher=2 HASHER_DELAY_MS=500
`;

await runCommand(USAGE, async (args, dir) => {
  const pairs = args.map(splitPair);
  const settings = pairs.filter(([name]) => /^[A-Z]/.test(name));
  const replicas = pairs.filter((pair) => !settings.includes(pair));
  if (replicas.length === 0) throw new ArgumentError('expected SERVICE=N, such as miner=10');
  await using control = new Control(dir);
  const running = await control.scale(Object.fromEntries(replicas), Object.fromEntries(settings));
  for (const [service] of replicas) {
    const count = running.filter((replica) => replica.service === service).length;
    process.stdout.write(`${service}: ${count} ${count === 1 ? 'replica' : 'replicas'}\n`);
  }
});

function splitPair(arg: string): [string, string] {
  const at = arg.indexOf('=');
  if (at < 1) throw new ArgumentError(`expected SERVICE=N or SETTING=VALUE, got ${arg}`);
  return [arg.slice(0, at), arg.slice(at + 1)];
}
