/**
 * One service as a process of its own.
 * @module
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '../local/free-port.ts';
import { flagsOf } from '../local/stack.ts';
import { until } from './until.ts';

export interface RunningService extends AsyncDisposable {
  port: number;
  adminPort: number;
  /** A gauge or counter without labels, from its metrics; NaN if it has none of that name. */
  metric: (name: string) => Promise<number>;
  /** Resident memory in MB, from its metrics. */
  memory: () => Promise<number>;
  /** Sends SIGTERM and resolves to the exit code. */
  stop: () => Promise<number | null>;
}

/** Starts `entry` (for instance rng/main.ts) as `npm start` does, and resolves once it is ready. */
export async function startService(
  entry: string,
  env: Record<string, string> = {},
): Promise<RunningService> {
  const port = await freePort();
  const adminPort = await freePort();
  const addresses = { LISTEN_HOST: '127.0.0.1', PORT: String(port), ADMIN_PORT: String(adminPort) };
  const child = spawn(process.execPath, [...flagsOf(false), entry], {
    env: { ...process.env, ...addresses, LOG_LEVEL: 'warn', MALLOC_ARENA_MAX: '1', ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const ask = async (path: string) => {
    const answer = await fetch(`http://127.0.0.1:${adminPort}${path}`).catch(() => undefined);
    return answer?.ok ? answer.text() : undefined;
  };
  const metric = async (name: string) => {
    const metrics = (await ask('/metrics')) ?? '';
    return Number(new RegExp(`^${name} (.*)$`, 'm').exec(metrics)?.[1]);
  };
  const stop = async () => {
    child.kill('SIGTERM');
    return (await exited)[0];
  };
  const service = {
    port,
    adminPort,
    metric,
    memory: async () => (await metric('process_resident_memory_bytes')) / 1e6,
    stop,
    async [Symbol.asyncDispose]() {
      await stop();
    },
  };
  try {
    await until(`${entry} is ready`, () => ask('/readyz'));
  } catch (err) {
    await service[Symbol.asyncDispose]();
    throw err;
  }
  return service;
}
