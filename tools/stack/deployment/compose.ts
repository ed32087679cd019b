/**
 * The Compose stack as a deployment.
 * @module
 */
import type { Service } from '../../../local/args.ts';
import { compose, composePs, docker, type Row } from '../compose.ts';
import { openRedisTunnel } from '../redis-tunnel.ts';
import { composeCommands, FAST_FILES, scaleArgs } from './commands.ts';
import type { Deployment, Replica, Scale, Settings, StackPlan } from './deployment.ts';

/** Ports of the forwarder in its container; see compose.yaml. */
const FORWARDED = { rng: 8001, hasher: 8002 };

/**
 * Attaches to the running Compose stack of this folder, or of COMPOSE_PROJECT_NAME.
 * @throws {Error} if no stack is running
 */
export async function attachCompose(): Promise<Deployment> {
  const rows = await running([], {});
  if (rows.length === 0) throw new Error('no Compose stack is running: docker compose up -d');
  return open([], {}, () => Promise.resolve());
}

/**
 * Builds the images, starts a stack, and resolves once its containers run. Disposing of it removes them, their network, and
 * their data.
 *
 * @param project its own name, so that the data of the usual project are safe
 * @throws {Error} with Compose's explanation, or if there is anything of that project already; then nothing is left running
 */
export async function startCompose(
  { scale, fast, settings }: StackPlan,
  project = labProject(),
): Promise<Deployment> {
  const [found] = await objectsOf(project);
  if (found !== undefined)
    throw new Error(
      `the Compose project ${project} exists already (${found}); this removes it, with its data: docker compose -p ${project} down --volumes`,
    );
  const env = { COMPOSE_PROJECT_NAME: project, ...settings };
  const files = fast ? FAST_FILES : [];
  const stop = () => compose([...files, 'down', '--volumes', '--remove-orphans'], env);
  try {
    const up = [...files, 'up', '--detach', '--build', '--quiet-pull', ...scaleArgs(scale)];
    await compose(up, env);
    return await open(files, env, stop);
  } catch (err) {
    await stop();
    throw err;
  }
}

/** Returns the name of the lab's project. */
export const labProject = (): string => process.env['COMPOSE_PROJECT_NAME'] || 'dockercoins-lab';

/** Resolves to all containers, networks, and volumes of a project, for example "volume dockercoins-lab_redis". */
export async function objectsOf(project: string): Promise<string[]> {
  const filter = ['--filter', `label=com.docker.compose.project=${project}`];
  const lists = await Promise.all([
    docker(['ps', '--all', '--format', 'container {{.Names}}', ...filter]),
    docker(['network', 'ls', '--format', 'network {{.Name}}', ...filter]),
    docker(['volume', 'ls', '--format', 'volume {{.Name}}', ...filter]),
  ]);
  return lists.flatMap((list) => list.split('\n').filter(Boolean));
}

/**
 * @param files options that select the Compose files
 * @param env environment of all commands: the project, and the settings of the stack
 */
async function open(
  files: string[],
  env: Record<string, string>,
  stop: () => Promise<unknown>,
): Promise<Deployment> {
  const rows = await running(files, env);
  const originOf = (service: string, target?: number) => {
    const published = rows
      .filter(({ Service }) => Service === service)
      .flatMap(({ Publishers }) => Publishers)
      .filter(({ PublishedPort }) => PublishedPort > 0);
    const port = published.find(({ TargetPort }) => TargetPort === (target ?? TargetPort));
    if (port === undefined) throw new Error(`${service} publishes no port: docker compose ps`);
    return `http://127.0.0.1:${port.PublishedPort}`;
  };
  const origins = {
    dashboard: originOf('dashboard'),
    rng: originOf('forwarder', FORWARDED.rng),
    hasher: originOf('forwarder', FORWARDED.hasher),
  };
  const tunnel = await openRedisTunnel(env);
  const undo = new AsyncDisposableStack();
  undo.defer(async () => {
    await stop();
  });
  undo.use(tunnel);
  return {
    kind: 'compose',
    origins,
    redisUrl: tunnel.url,
    commands: composeCommands,
    replicas: async () => (await running(files, env)).map(toReplica),
    async scale(replicas: Scale, settings: Settings = {}) {
      // Without dependencies, and with the services named, the others keep their number of replicas. compose.yaml passes
      // settings on from the environment. Replicas that run already keep theirs, because they are not recreated.
      const up = [...files, 'up', '--detach', '--no-deps', '--no-recreate', ...scaleArgs(replicas)];
      await compose([...up, ...Object.keys(replicas)], { ...env, ...settings });
    },
    async signal({ id }, signal) {
      await docker(['kill', '--signal', signal, id]);
    },
    async logs(service: Service, lines: number) {
      const options = ['--no-color', '--no-log-prefix', '--tail', String(lines)];
      const log = await compose([...files, 'logs', ...options, service], env);
      return log.split('\n').filter(Boolean);
    },
    [Symbol.asyncDispose]: () => undo.disposeAsync(),
  };
}

const running = (files: string[], env: Record<string, string>) => composePs([...files, 'ps'], env);

/** Miners report under the name of their container, without the name of the project. */
const toReplica = ({ Name, Project, Service }: Row): Replica => ({
  service: Service,
  name: Name.slice(Project.length + 1),
  id: Name,
});
