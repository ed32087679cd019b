/**
 * One service in its own process.
 * @module
 */
import { spawn } from 'node:child_process';
import { freePort } from './free-port.ts';
import { flagsOf } from '../../local/replicas.ts';
import { exitOf, hasEnded } from '../../tools/stack/exit-of.ts';
import { until } from '../../tools/stack/until.ts';

export interface RunningService extends AsyncDisposable {
  port: number;
  adminPort: number;
  /** Value of a gauge or counter without labels; NaN if there is no such metric. */
  metric: (name: string) => Promise<number>;
  /** Resident memory in MiB. */
  memory: () => Promise<number>;
  /** Sends SIGTERM and resolves to the exit code. */
  stop: () => Promise<number | null>;
  /** Sends SIGKILL and resolves when the process has ended. */
  kill: () => Promise<void>;
  signal: (signal: NodeJS.Signals) => void;
}

/** Starts `entry`, such as rng/main.ts, as `npm start` does; resolves once the service is ready. @throws {Error} if it exits before that */
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
  const get = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${adminPort}${path}`).catch(() => undefined);
    return response?.ok ? response.text() : undefined;
  };
  const metric = async (name: string) => {
    const metrics = (await get('/metrics')) ?? '';
    return Number(new RegExp(`^${name} (.*)$`, 'm').exec(metrics)?.[1]);
  };
  const stop = async () => {
    child.kill('SIGTERM');
    return exitOf(child, entry);
  };
  const service = {
    port,
    adminPort,
    metric,
    memory: async () => (await metric('process_resident_memory_bytes')) / 2 ** 20,
    stop,
    async kill() {
      child.kill('SIGKILL');
      await exitOf(child, entry);
    },
    signal: (signal: NodeJS.Signals) => void child.kill(signal),
    async [Symbol.asyncDispose]() {
      await stop();
    },
  };
  try {
    await until(`${entry} is ready`, () => {
      if (hasEnded(child)) throw new Error(`${entry} exited with ${child.exitCode}`);
      return get('/readyz');
    });
  } catch (err) {
    await service[Symbol.asyncDispose]();
    throw err;
  }
  return service;
}
