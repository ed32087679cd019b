/**
 * The processes of `npm start` as a deployment.
 * @module
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { request, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { json, text } from 'node:stream/consumers';
import { freePort } from '../../local/free-port.ts';
import type { Service } from '../../local/args.ts';
import { until } from '../../testing/until.ts';
import { processCommands } from './commands.ts';
import type { Deployment, Replica, Scale, Settings, StackPlan } from './deployment.ts';

/** Redis, all services, and the build of the page, on a busy machine. */
const START_TIMEOUT_MS = 90_000;

/** How much of the output of `npm start` explains why it failed. */
const LAST_LINES = 10;

/**
 * Attaches to the `npm start` that uses this folder.
 * @param folder its LOCAL_DIR
 * @throws {Error} if none does
 */
export async function attachProcesses(folder = '.local'): Promise<Deployment> {
  try {
    return await open(folder, () => Promise.resolve());
  } catch (err) {
    throw new Error('npm start is not running in this folder', { cause: err });
  }
}

/**
 * Starts a stack with its data in a temporary folder, and resolves once all its services are ready. It uses the ports 8000 to
 * 8002, or those of DASHBOARD_PORT, RNG_PORT, and HASHER_PORT; instead of a port in use, any free one. Disposing of it stops
 * all processes and deletes the folder.
 * @throws {Error} with the latest output if it does not start; then nothing is left running
 */
export async function startProcesses({ scale, fast, settings }: StackPlan): Promise<Deployment> {
  await using undo = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'dockercoins-lab-'));
  undo.defer(() => rm(folder, { recursive: true }));
  const args = [
    ...(fast ? ['--fast'] : []),
    ...Object.entries(scale).flatMap(([service, count]) => ['--scale', `${service}=${count}`]),
    ...(await portFlags()),
  ];
  const child = spawn(process.execPath, ['local/main.ts', ...args], {
    env: { ...process.env, LOCAL_DIR: folder, ...settings },
    // The channel tells it to stop if we die. In a process group of its own, it gets no Ctrl-C from the terminal: we stop it.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
  });
  const exited = once(child, 'exit');
  undo.defer(async () => {
    child.kill('SIGTERM');
    await exited;
  });
  const lastLines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (line) => {
      lastLines.push(line);
      if (lastLines.length > LAST_LINES) lastLines.shift();
    });
  }
  const deployment = await until(
    'npm start is ready',
    () => {
      if (child.exitCode !== null || child.signalCode !== null)
        throw new Error(`npm start exited with ${child.exitCode}:\n${lastLines.join('\n')}`);
      return open(folder, () => kept.disposeAsync()).catch(() => undefined);
    },
    START_TIMEOUT_MS,
  );
  const kept = undo.move();
  return deployment;
}

const USUAL_PORTS = {
  dashboard: ['DASHBOARD_PORT', 8000],
  rng: ['RNG_PORT', 8001],
  hasher: ['HASHER_PORT', 8002],
} as const;

async function portFlags(): Promise<string[]> {
  const flags = Object.entries(USUAL_PORTS).map(async ([service, [setting, usual]]) => {
    const port = await freePort(Number(process.env[setting] || usual));
    return ['--port', `${service}=${port}`];
  });
  return (await Promise.all(flags)).flat();
}

/** What `GET /` on the control socket answers. */
interface Addresses {
  redisUrl: string;
  dashboard: string;
  rng: string;
  hasher: string;
}

/** An entry of `GET /replicas`. */
interface Process {
  service: string;
  name: string;
  pid: number;
}

async function open(folder: string, stop: () => Promise<void>): Promise<Deployment> {
  const socketPath = join(folder, 'control.sock');
  const { redisUrl, ...origins } = (await json(await call(socketPath, 'GET', '/'))) as Addresses;
  return {
    kind: 'processes',
    origins,
    redisUrl,
    commands: processCommands,
    async replicas() {
      const processes = (await json(await call(socketPath, 'GET', '/replicas'))) as Process[];
      return processes.map(({ service, name, pid }): Replica => ({
        service,
        name,
        id: String(pid),
      }));
    },
    async scale(replicas: Scale, settings: Settings = {}) {
      await text(await call(socketPath, 'POST', '/scale', { replicas, settings }));
    },
    signal: ({ id }, signal) => Promise.try(() => void process.kill(Number(id), signal)),
    async logs(service: Service, lines: number) {
      const path = `/logs?tail=${lines}&service=${service}`;
      return (await text(await call(socketPath, 'GET', path))).split('\n').filter(Boolean);
    },
    [Symbol.asyncDispose]: stop,
  };
}

/** @throws {Error} if nothing listens, or with the text of a response other than 200 */
async function call(
  socketPath: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<IncomingMessage> {
  const message = request({ socketPath, method, path });
  message.end(body === undefined ? undefined : JSON.stringify(body));
  const [response] = (await once(message, 'response')) as [IncomingMessage];
  if (response.statusCode !== 200) throw new Error((await text(response)).trim());
  return response;
}
