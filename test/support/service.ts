/**
 * One service as a process of its own.
 * @module
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '../../local/free-port.ts';
import { until } from './until.ts';

export interface RunningService extends AsyncDisposable {
  port: number;
  /** Resident memory in MB, as its metrics tell. */
  memory: () => Promise<number>;
}

/** Starts `entry` (for instance rng/main.ts) and resolves once it is ready. */
export async function startService(
  entry: string,
  env: Record<string, string> = {},
): Promise<RunningService> {
  const port = await freePort();
  const admin = await freePort();
  const addresses = { LISTEN_HOST: '127.0.0.1', PORT: String(port), ADMIN_PORT: String(admin) };
  const child = spawn(process.execPath, [entry], {
    env: { ...process.env, ...addresses, LOG_LEVEL: 'warn', ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const exited = once(child, 'exit');
  const ask = async (path: string) => {
    const answer = await fetch(`http://127.0.0.1:${admin}${path}`).catch(() => undefined);
    return answer?.ok ? answer.text() : undefined;
  };
  const service = {
    port,
    async memory() {
      const metrics = (await ask('/metrics')) ?? '';
      return Number(/^process_resident_memory_bytes (\d+)/m.exec(metrics)?.[1]) / 1e6;
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await exited;
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
