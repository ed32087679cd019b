/**
 * The processes of `npm start` as a deployment.
 * @module
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { clearLockedPorts } from 'get-port';
import { freePort } from '../../../local/free-port.ts';
import type { Service } from '../../../local/args.ts';
import { Control } from '../../../local/commands/client.ts';
import { until } from '../until.ts';
import { processCommands, scaleArgs } from './commands.ts';
import type { Deployment, Scale, Settings, StackPlan } from './deployment.ts';

/** Redis, all services, and the build of the page, on a busy machine. */
const START_TIMEOUT_MS = 90_000;

/**
 * An empty setting counts as not set: without an address, npm start starts a Redis of its own, and its replicas report by the
 * names that it gives them.
 */
const OWN = {
  INSTANCE: '',
  REDIS_URL: '',
  REDIS_URL_FILE: '',
  REDIS_PASSWORD: '',
  REDIS_PASSWORD_FILE: '',
};

/** How much of the output of `npm start` explains why it failed. */
const LAST_LINES = 10;

/**
 * Attaches to the `npm start` that uses this folder.
 * @param folder its LOCAL_DIR
 * @throws {ControlError} if none does
 */
export function attachProcesses(folder: string): Promise<Deployment> {
  return open(folder, () => Promise.resolve());
}

/**
 * Starts a stack with its data in a temporary folder, and resolves once all its services are ready. It uses the ports 8000 to
 * 8002, or those of DASHBOARD_PORT, RNG_PORT, and HASHER_PORT; instead of a port in use, any free one. Disposing of it stops
 * all processes and deletes the folder.
 * @throws {Error} with the latest output if it does not start; then nothing is left running
 */
export async function startProcesses({ scale, fast, settings }: StackPlan): Promise<Deployment> {
  await using undo = new AsyncDisposableStack();
  const { path: folder } = undo.use(await mkdtempDisposable(join(tmpdir(), 'dockercoins-lab-')));
  const args = [...(fast ? ['--fast'] : []), ...scaleArgs(scale), ...(await portFlags())];
  const child = spawn(process.execPath, ['local/cli.ts', 'start', ...args], {
    env: { ...process.env, ...OWN, LOCAL_DIR: folder, ...settings },
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

/** Returns the port on which a service listens unless it is in use. */
export function usualPort(service: keyof typeof USUAL_PORTS): number {
  const [setting, usual] = USUAL_PORTS[service];
  return Number(process.env[setting] || usual);
}

async function portFlags(): Promise<string[]> {
  // get-port does not return a port again for up to 30 s, but a stack may be restarted on its ports sooner.
  clearLockedPorts();
  const flags = (['dashboard', 'rng', 'hasher'] as const).map(async (service) => {
    const port = await freePort(usualPort(service));
    return ['--port', `${service}=${port}`];
  });
  return (await Promise.all(flags)).flat();
}

async function open(folder: string, stop: () => Promise<void>): Promise<Deployment> {
  await using undo = new AsyncDisposableStack();
  const control = undo.use(new Control(folder));
  const { redisUrl, redisPassword, dashboard, rng, hasher } = await control.addresses();
  if (rng === undefined || hasher === undefined)
    throw new Error('npm start runs without its own rng or hasher: unset RNG_URL and HASHER_URL');
  const kept = undo.move();
  kept.defer(stop);
  return {
    kind: 'processes',
    origins: { dashboard, rng, hasher },
    redisUrl,
    redisPassword,
    commands: processCommands,
    replicas: async () =>
      (await control.replicas()).flatMap(({ service, name, pid }) =>
        pid === undefined ? [] : [{ service, name, id: String(pid) }],
      ),
    async scale(replicas: Scale, settings: Settings = {}) {
      await control.scale(replicas, settings);
    },
    signal: ({ id }, signal) => Promise.try(() => void process.kill(Number(id), signal)),
    async logs(service: Service, lines: number) {
      const log = control.logs({ names: [service], tail: lines });
      return Array.fromAsync(log, ({ text }) => text);
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
