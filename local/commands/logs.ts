/**
 * `npm run logs`: prints the output of the services of a running `npm start`.
 * @module
 */
import { parseArgs } from 'node:util';
import { ArgumentError, SERVICES } from '../args.ts';
import { Terminal } from '../terminal.ts';
import { Control } from './client.ts';
import { runCommand } from './command.ts';

const USAGE = `npm run logs -- [--tail N] [--follow] [SERVICE …]

  --tail N, -n N   print the last N lines of each replica, instead of the last 1000
  --follow, -f     continue to print new lines until Ctrl-C
  SERVICE          one or more of ${SERVICES.join(', ')}, or a replica such as miner-3
`;

await runCommand(USAGE, async (args, dir) => {
  const { values, positionals: names } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      tail: { type: 'string', short: 'n' },
      follow: { type: 'boolean', short: 'f', default: false },
    },
  });
  const { tail, follow } = values;
  if (tail !== undefined && !/^\d{1,6}$/.test(tail))
    throw new ArgumentError(`--tail ${tail}: expected a number of lines`);
  const isKnown = new RegExp(`^(${SERVICES.join('|')})(-\\d+)?$`);
  const unknown = names.find((name) => !isKnown.test(name));
  if (unknown !== undefined)
    throw new ArgumentError(
      `${unknown}: expected a service or a replica, such as miner or miner-3`,
    );

  process.on('SIGINT', () => process.exit()); // ends --follow
  const terminal = new Terminal(process.stdout);
  await using control = new Control(dir);
  const query = { names, tail: tail === undefined ? undefined : Number(tail) };
  for await (const { name, text } of control.logs(query, follow)) terminal.line(name, text);
});
