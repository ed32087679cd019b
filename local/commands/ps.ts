/**
 * `npm run ps`: lists the processes of a running `npm start`.
 * @module
 */
import { columns } from '../columns.ts';
import type { Command } from '../commands.ts';
import { readLocalDir } from '../config.ts';
import type { ReplicaStatus } from '../control-app.ts';
import { parseOptions } from '../options.ts';
import { Control } from './client.ts';

export const command: Command = {
  async run(args) {
    parseOptions({}, args);
    await using control = new Control(readLocalDir(process.env));
    const rows = (await control.replicas()).map(rowOf);
    process.stdout.write(columns([['NAME', 'PID', 'STATUS', 'PORT'], ...rows]));
  },
};

function rowOf({ name, pid, upMs, port }: ReplicaStatus): string[] {
  const status = upMs === undefined ? 'restarting' : `up ${duration(upMs / 1000)}`;
  return [name, pid?.toString() ?? '', status, port?.toString() ?? ''];
}

function duration(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
