/**
 * How other commands see and change a running `npm start`.
 * @module
 */
import { Hono } from 'hono';
import { stream } from 'hono/streaming';
import type { QueuesConfig } from '@dockercoins/common/queue/retry-failed';
import { SERVICES } from './args.ts';
import type { Overrides } from './config.ts';
import type { Logs } from './logs.ts';
import { ArgumentError } from './options.ts';
import type { Stack } from './stack.ts';
import { checkScaleRequest } from './scale-request.ts';

/** Where the stack is. */
export interface Addresses {
  redisUrl: string;
  /** Used if the URL contains none. */
  redisPassword?: string | undefined;
  /** Origins; of rng and hasher, the first replica's. */
  dashboard: string;
  rng: string | undefined;
  hasher: string | undefined;
}

/** A process of the stack. */
export interface ReplicaStatus {
  service: string;
  name: string;
  /** Undefined until a process that died is restarted. */
  pid?: number;
  /** How long it has been running (ms). */
  upMs?: number;
  port?: number | undefined;
}

interface ControlOptions {
  stack: Pick<Stack, 'replicas' | 'redis' | 'redisServer'>;
  dashboard: string;
  /** Number of queues. */
  queues: number;
  overrides: Overrides;
  logs: Logs;
  /** Ends streams of log lines. */
  stopping: AbortSignal;
}

/**
 * - `GET /`: {@link Addresses}
 * - `GET /queues`: {@link QueuesConfig}
 * - `GET /replicas`: {@link ReplicaStatus} of each process
 * - `POST /scale` with a `ScaleRequest`: changes the number of replicas, and returns the new list once that is done
 * - `GET /logs?name=miner&tail=10&follow=true`: lines as JSON, one per line
 */
export function createControlApp(options: ControlOptions): Hono {
  const { stack, dashboard, queues, overrides, logs, stopping } = options;
  const { replicas, redis } = stack;
  const originOf = (service: 'rng' | 'hasher') => replicas.of(service)[0]?.instance.origin;
  const app = new Hono();
  app.get('/', (c) =>
    c.json<Addresses>({
      redisUrl: redis.REDIS_URL,
      redisPassword: redis.REDIS_PASSWORD,
      dashboard,
      rng: originOf('rng'),
      hasher: originOf('hasher'),
    }),
  );
  app.get('/queues', (c) => c.json<QueuesConfig>({ ...redis, QUEUES: queues }));
  app.get('/replicas', (c) => c.json(statusOf(stack)));
  app.post('/scale', async (c) => {
    const body: unknown = await c.req.json().catch(() => undefined);
    const { changes, settings } = checkScaleRequest(body, replicas.scale, overrides);
    await replicas.rescale(changes, settings);
    return c.json(statusOf(stack));
  });
  app.get('/logs', (c) => {
    const tail = c.req.query('tail');
    const query = {
      names: c.req.queries('name') ?? [],
      tail: tail === undefined ? undefined : Number(tail),
    };
    const replicas = new Set([...statusOf(stack).map(({ name }) => name), ...logs.names]);
    const known: string[] = [...SERVICES, ...replicas];
    const unknown = query.names.filter((name) => !known.includes(name));
    if (unknown.length > 0) {
      const list = [...replicas].sort().join(', ');
      throw new ArgumentError(`${unknown.join(', ')}: expected services, or some of ${list}`);
    }
    if (c.req.query('follow') === undefined) {
      return c.text(logs.read(query).map(encode).join(''));
    }
    return stream(c, async (out) => {
      const closed = new AbortController();
      out.onAbort(() => closed.abort());
      const lines = logs.follow(query, AbortSignal.any([closed.signal, stopping]));
      for await (const line of lines) await out.write(encode(line));
    });
  });
  app.onError((err, c) => {
    const isBadRequest = err instanceof ArgumentError || err.name === 'EnvError';
    return c.text(`${err.message}\n`, isBadRequest ? 400 : 500);
  });
  return app;
}

const encode = (value: unknown) => `${JSON.stringify(value)}\n`;

function statusOf({ replicas, redisServer }: ControlOptions['stack']): ReplicaStatus[] {
  const services = replicas
    .of(...SERVICES)
    .map(({ instance, process }) => ({ ...instance, process }));
  const redis = redisServer && { service: 'redis', name: 'redis', ...redisServer };
  return [...services, ...(redis ? [redis] : [])].map(({ service, name, port, process }) => {
    const { upMs, pid } = process;
    const running = upMs !== undefined && pid !== undefined ? { pid, upMs } : {};
    return { service, name, port, ...running };
  });
}
