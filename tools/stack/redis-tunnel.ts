/**
 * Reaches the Redis of the Compose stack from the host, although its port is not published.
 * @module
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { compose } from './compose.ts';

export interface RedisTunnel extends AsyncDisposable {
  /** `redis://127.0.0.1:<port>` */
  url: string;
}

/**
 * Connects its input and output to Redis, and ends as soon as either side does. It is Bash, because a Node.js process for each
 * connection would take about 40 MB of the container's memory limit.
 */
const PIPE = [
  'exec 3<>/dev/tcp/127.0.0.1/6379 || exit 1',
  'cat <&3 & cat <&0 >&3 &',
  'wait -n; kill $(jobs -p) 2>/dev/null',
].join('\n');

/**
 * Listens on a free port of 127.0.0.1. Each connection becomes one `docker compose exec` in the container of Redis, which
 * works wherever Compose does.
 * @param env selects the project, for example by COMPOSE_PROJECT_NAME
 * @throws {Error} with Compose's explanation if the container does not run
 */
export async function openRedisTunnel(env: Record<string, string> = {}): Promise<RedisTunnel> {
  try {
    await compose(['exec', '-T', 'redis', 'bash', '-c', 'exec 3<>/dev/tcp/127.0.0.1/6379'], env);
  } catch (cause) {
    const { stderr = '', message } = cause as Error & { stderr?: string };
    throw new Error(`cannot reach the Redis of the Compose stack: ${stderr.trim() || message}`, {
      cause,
    });
  }
  const sockets = new Set<Socket>();
  const pipes = new Set<Promise<unknown>>();
  const server = createServer((socket) => {
    const pipe = spawn('docker', ['compose', 'exec', '-T', 'redis', 'bash', '-c', PIPE], {
      env: { ...process.env, ...env },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const exited = once(pipe, 'close').catch(() => undefined);
    sockets.add(socket);
    pipes.add(exited);
    socket.on('error', () => undefined); // 'close' follows
    pipe.stdin.on('error', () => undefined); // 'exit' follows
    socket.pipe(pipe.stdin);
    pipe.stdout.pipe(socket);
    socket.once('close', () => {
      sockets.delete(socket);
      pipe.stdin.end();
    });
    void exited.then(() => {
      pipes.delete(exited);
      socket.destroy();
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await Promise.all([closed, ...pipes]);
    },
  };
}
