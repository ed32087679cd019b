/**
 * `docker` and `docker compose` for tests and measurements.
 * @module
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Runs `docker …` and resolves to its output. @throws {Error} if it fails */
export async function docker(args: string[], env: Record<string, string> = {}): Promise<string> {
  const { stdout } = await run('docker', args, {
    env: { ...process.env, ...env },
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}

/** Runs `docker compose …` in the project and resolves to its output. @throws {Error} if it fails */
export const compose = (args: string[], env?: Record<string, string>): Promise<string> =>
  docker(['compose', ...args], env);

/** The parts of `docker compose ps --format json` that we use. */
export interface Row {
  ID: string;
  Name: string;
  Project: string;
  Service: string;
  Publishers: { TargetPort: number; PublishedPort: number }[];
}

/** Runs `docker compose … ps` and resolves to a row for each container. @throws {Error} if it fails */
export async function composePs(args: string[], env?: Record<string, string>): Promise<Row[]> {
  const lines = (await compose([...args, '--format', 'json'], env)).split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as Row);
}

/** Lists the containers of the project, including stopped ones. */
export async function containers() {
  const rows = await composePs(['ps', '--all']);
  return rows.map(({ ID, Name, Service }) => ({ id: ID, name: Name, service: Service }));
}

/** The parts of `docker inspect` that tests use. */
export interface Inspection {
  Image: string;
  State: {
    Running: boolean;
    ExitCode: number;
    OOMKilled: boolean;
    StartedAt: string;
    /** Missing if there is no health check; the log has the last five. */
    Health?: { Status: string; Log: { Start: string }[] };
  };
  Config: { User: string };
  HostConfig: {
    ReadonlyRootfs: boolean;
    CapDrop: string[] | null;
    SecurityOpt: string[] | null;
    Memory: number;
    Privileged: boolean;
  };
}

/** Runs `docker inspect` on a container. @throws {Error} if there is no such container */
export async function inspect(id: string): Promise<Inspection> {
  const [inspection] = JSON.parse(await docker(['inspect', id])) as Inspection[];
  if (inspection === undefined) throw new Error(`no container ${id}`);
  return inspection;
}
