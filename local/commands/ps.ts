/**
 * `npm run ps`: lists the processes of a running `npm start`.
 * @module
 */
import type { ReplicaStatus } from '../control-app.ts';
import { ArgumentError } from '../args.ts';
import { Control } from './client.ts';
import { runCommand } from './command.ts';

const USAGE = `npm run ps

  lists the processes of a running npm start: name, process id, how long it has been running, port
`;

await runCommand(USAGE, async (args, dir) => {
  if (args.length > 0) throw new ArgumentError(`expected no arguments, got ${args.join(' ')}`);
  await using control = new Control(dir);
  const rows = [['NAME', 'PID', 'STATUS', 'PORT'], ...(await control.replicas()).map(rowOf)];
  const widths = [0, 1, 2].map((column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  for (const row of rows) {
    const cells = row.map((cell, column) => cell.padEnd(widths[column] ?? 0));
    process.stdout.write(`${cells.join('   ').trimEnd()}\n`);
  }
});

function rowOf({ name, pid, upMs, port }: ReplicaStatus): string[] {
  const status = upMs === undefined ? 'restarting' : `up ${duration(upMs / 1000)}`;
  return [name, pid?.toString() ?? '', status, port?.toString() ?? ''];
}

function duration(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
