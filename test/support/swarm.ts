/**
 * A Docker Swarm for tests. `DOCKER_HOST` names its manager. Each node is a container on this machine's engine, named like the
 * node's hostname, on a network named `swarm`.
 * @module
 */
import { exec } from 'node:child_process';
import { promisify } from 'node:util';
import { docker } from '../../tools/stack/compose.ts';

/** Runs `docker …` on this machine's engine, which runs the nodes. */
export const onMachine = (...args: string[]): Promise<string> => docker(args, { DOCKER_HOST: '' });

/** Runs `docker …` on the engine of a node. */
export const onNode = (node: string, ...args: string[]): Promise<string> =>
  onMachine('exec', node, 'docker', ...args);

/** Resolves to the non-empty lines of a command's output. */
export const lines = async (output: Promise<string>): Promise<string[]> =>
  (await output).split('\n').filter(Boolean);

export interface SwarmNodes {
  manager: string;
  workers: string[];
}

/**
 * Resolves to the hostnames of all nodes.
 * @throws {Error} if `DOCKER_HOST` does not name a manager, or if not all of its nodes are containers on this machine
 */
export async function findNodes(): Promise<SwarmNodes> {
  const host = process.env['DOCKER_HOST'] ?? '';
  if (host === '')
    throw new Error(
      'set DOCKER_HOST to the manager of a Swarm whose nodes are containers on this machine',
    );
  const isManager = (await docker(['info', '--format', '{{.Swarm.ControlAvailable}}'])).trim();
  if (isManager !== 'true') throw new Error(`the engine at DOCKER_HOST=${host} manages no Swarm`);
  const format = '{{.Hostname}} {{.ManagerStatus}}';
  const nodes = (await lines(docker(['node', 'ls', '--format', format]))).map((line) => {
    const [hostname = '', status = ''] = line.split(' ');
    return { hostname, isManager: status !== '' };
  });
  await Promise.all(nodes.map(({ hostname }) => addressOf(hostname)));
  const workers = nodes.filter((node) => !node.isManager).map(({ hostname }) => hostname);
  const manager = nodes.find((node) => node.isManager)?.hostname;
  if (manager === undefined || workers.length !== nodes.length - 1 || workers.length < 2)
    throw new Error('the Swarm must have one manager and at least two workers');
  return { manager, workers };
}

/** Resolves to a node's address. It may change when the node restarts. @throws {Error} if no container is this node */
export async function addressOf(node: string): Promise<string> {
  const format = '{{with .NetworkSettings.Networks.swarm}}{{.IPAddress}}{{end}}';
  const address = await onMachine('inspect', '--format', format, node).catch(() => '');
  if (address.trim() === '')
    throw new Error(`no container named ${node} on a network named swarm runs on this machine`);
  return address.trim();
}

/** Copies images from this machine's engine to all nodes. */
export async function copyImages(
  images: string[],
  { manager, workers }: SwarmNodes,
): Promise<void> {
  const env = { ...process.env, DOCKER_HOST: '' };
  const save = `docker save ${images.join(' ')}`;
  const copy = (node: string) => `${save} | docker exec -i ${node} docker load --quiet`;
  await Promise.all([manager, ...workers].map((node) => promisify(exec)(copy(node), { env })));
}

export interface Task {
  service: string;
  node: string;
  image: string;
  id: string;
}

/** Resolves to the tasks of a stack that run and should run. */
export async function runningTasks(stack: string): Promise<Task[]> {
  const format = '{{.ID}} {{.Name}} {{.Node}} {{.Image}} {{.CurrentState}}';
  const filter = ['--filter', 'desired-state=running', '--no-trunc', '--format', format];
  const tasks = await lines(docker(['stack', 'ps', ...filter, stack]).catch(() => ''));
  return tasks.flatMap((line) => {
    const [id = '', name = '', node = '', image = '', state = ''] = line.split(' ');
    const service = name.slice(stack.length + 1).split('.')[0] ?? '';
    return state === 'Running' ? [{ id, service, node, image }] : [];
  });
}
