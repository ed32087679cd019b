/**
 * The dashboard's routes.
 * @module
 */
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono, type Context, type MiddlewareHandler } from 'hono';
import { accepts } from 'hono/accepts';
import { bodyLimit } from 'hono/body-limit';
import { compress } from 'hono/compress';
import { HTTPException } from 'hono/http-exception';
import { streamSSE } from 'hono/streaming';
import { keys } from '@dockercoins/common/contract';
import type { LoopQueue } from '@dockercoins/common/queue/queue';
import type { Logger } from '@dockercoins/common/log/log';
import { isUnreachable, type RedisClient } from '@dockercoins/common/queue/redis';
import { refusalOf } from '@dockercoins/common/redis-refusal';
import { HISTORY_SECONDS, type Frame, type Outage } from '../frame/frame.ts';
import { summaryOf } from '../frame/summary.ts';
import { refuseChanges, requireLogin } from './access.ts';
import { BOARD_PATH, createBoard } from './board.ts';
import type { Broadcast } from './broadcast.ts';
import { JobFinder } from './find-job.ts';
import { boardHeaders, classHeaders, pageHeaders } from './headers.ts';
import { HistoryCache } from './history-cache.ts';
import { parseJobQuery } from './job-query.ts';
import { addNote } from './notes.ts';
import { OncePerFrame } from './once-per-frame.ts';
import { reset } from './reset.ts';
import { requireSameOrigin } from './same-origin.ts';

export interface DashboardOptions {
  redis: RedisClient;
  queues: LoopQueue[];
  broadcast: Broadcast;
  /** If undefined, everything is visible without a login and read-only. */
  password: string | undefined;
  /** Folder of the built page. */
  pageDir: string;
  log: Logger;
  tracing?: MiddlewareHandler | undefined;
}

/** Paths under which everything changes something. */
const WRITE_PATHS = ['/api/queue/*', '/api/notes', '/api/reset', `${BOARD_PATH}/*`];

/** Maximum size of a request body with a note, in bytes. */
const MAX_NOTE_BODY = 1024;

/**
 * Keep proxies from buffering the stream (nginx) and from compressing it, which holds frames back. Caddy 2.6 ignores
 * `no-transform`, but does not compress what has an encoding.
 */
const PROMPT_DELIVERY = [
  ['X-Accel-Buffering', 'no'],
  ['Cache-Control', 'no-cache, no-transform'],
  ['Content-Encoding', 'identity'],
] as const;

/** Maximum size of a request body for Bull Board, in bytes: it parses all of it in memory. */
const MAX_BOARD_BODY = 1_048_576;

const NO_FRAME = 'no frame yet; try again in a second\n';

const NO_PAGE =
  'the page is not built; run `npm run build`, or `npm start`, which also builds it\n';

/**
 * - `GET /`, `GET /workshop`, `GET /playground/`: the page, the workshop's text, and the page on top of a simulation.
 * - `GET /class`: many stacks at once; pages of all origins may read `GET /api/summary`, which it asks each stack for.
 * - `GET /json`: coins, hashes and the time, as in the original web UI.
 * - `GET /api/frame`, `GET /api/events`: the current frame, once or as an event every second.
 * - `GET /api/history?seconds=n`: one point per second, oldest first.
 * - `GET /api/job?queue=loops&id=1`, `?miner=miner-1`, `?slowest`, `?retried`: the path of one job (`job-query.ts`).
 * - `POST /api/queue/pause`, `/api/queue/resume`, `/api/reset`, and `/api/notes` with `{"text": "…"}`: 204; requires login. If
 *   there is no password: 405.
 * - `/queues`: Bull Board; requires login. If there is no password: read-only for everyone.
 */
export function createApp({
  redis,
  queues,
  broadcast,
  password,
  pageDir,
  log,
  tracing,
}: DashboardOptions): Hono {
  const app = new Hono({ strict: false });
  if (tracing !== undefined) app.use(tracing);
  app.use(`${BOARD_PATH}/*`, boardHeaders); // registered first, so its headers win
  app.use('/class', classHeaders);
  app.use(pageHeaders);
  app.use(requireSameOrigin);
  const access = password === undefined ? refuseChanges : requireLogin(password);
  for (const path of WRITE_PATHS) app.use(path, access);

  app.get('/json', async (c) => {
    const [coins, hashes] = await Promise.all([redis.hlen(keys.wallet), redis.get(keys.hashes)]);
    return c.json({ coins, hashes, now: Date.now() / 1000 });
  });

  app.get('/api/frame', (c) => {
    const { latest } = broadcast;
    if (latest === undefined) return c.text(NO_FRAME, 503);
    return c.body(latest, 200, { 'Content-Type': 'application/json' });
  });

  app.get('/api/events', (c) => {
    // Hono handles HEAD like GET, and then drops the stream without ending it.
    if (c.req.method === 'HEAD') return c.body(null, 200, { 'Content-Type': 'text/event-stream' });
    const response = streamSSE(c, async (stream) => {
      broadcast.viewers++;
      try {
        do {
          const { latest } = broadcast;
          if (latest !== undefined) await stream.writeSSE({ data: latest });
        } while ((await broadcast.next()) && !stream.aborted);
      } finally {
        broadcast.viewers--;
      }
    });
    for (const [name, value] of PROMPT_DELIVERY) response.headers.set(name, value);
    return response;
  });

  const history = new HistoryCache(redis, broadcast);
  app.get('/api/history', async (c) => {
    const text = c.req.query('seconds') ?? '300';
    const seconds = /^\d{1,6}$/.test(text) ? Number(text) : 0;
    if (seconds < 1 || seconds > HISTORY_SECONDS) {
      return c.text(`seconds must be a whole number from 1 to ${HISTORY_SECONDS}\n`, 400);
    }
    c.header('Vary', 'Accept-Encoding');
    if (seconds === HISTORY_SECONDS && acceptsGzip(c)) {
      return c.body(await history.gzipped(), 200, {
        'Content-Type': 'application/json',
        'Content-Encoding': 'gzip',
      });
    }
    const { now, points } = await history.get();
    return c.json(points.filter(({ at }) => at > now - seconds));
  });

  const jobs = new JobFinder(redis, queues, broadcast);
  app.get('/api/job', async (c) => {
    const query = parseJobQuery(c.req.query());
    if (typeof query === 'string') return c.text(`${query}\n`, 400);
    const found = await jobs.find(query);
    return typeof found === 'string' ? c.text(`${found}\n`, 404) : c.json(found);
  });

  const summary = new OncePerFrame(broadcast, async () => {
    if (broadcast.latest === undefined) return undefined;
    const message = JSON.parse(broadcast.latest) as Frame | Outage;
    return summaryOf(message, 'unreachable' in message ? [] : (await history.get()).points);
  });
  app.get('/api/summary', async (c) => {
    c.header('Access-Control-Allow-Origin', '*');
    const figures = await summary.get();
    return figures === undefined ? c.text(NO_FRAME, 503) : c.json(figures);
  });

  app.post('/api/queue/pause', async (c) => {
    await Promise.all(queues.map((queue) => queue.pause()));
    return c.body(null, 204);
  });
  app.post('/api/queue/resume', async (c) => {
    await Promise.all(queues.map((queue) => queue.resume()));
    return c.body(null, 204);
  });
  app.post('/api/notes', bodyLimit({ maxSize: MAX_NOTE_BODY }), async (c) => {
    const body: unknown = await c.req.json().catch(() => undefined);
    const problem = await addNote(redis, body);
    return problem === undefined ? c.body(null, 204) : c.text(`${problem}\n`, 400);
  });
  app.post('/api/reset', async (c) => {
    await reset(redis, queues);
    log.info('reset: counts, coins and history are deleted');
    return c.body(null, 204);
  });

  const onError = (c: Context) =>
    c.text(`the body is larger than ${MAX_BOARD_BODY} bytes (1 MiB)\n`, 413);
  app.use(`${BOARD_PATH}/*`, bodyLimit({ maxSize: MAX_BOARD_BODY, onError }));
  app.route(BOARD_PATH, createBoard(queues, password !== undefined));
  for (const path of ['/assets/*', '/playground/assets/*']) app.use(path, compress());
  app.get('/playground', (c, next) => {
    const { pathname, search } = new URL(c.req.url);
    return pathname.endsWith('/') ? next() : Promise.resolve(c.redirect(`playground/${search}`));
  }); // its addresses are relative, and its service worker controls only what is in its folder
  app.use(serveStatic({ root: pageDir, onFound: setCaching }));
  for (const name of ['workshop', 'class']) {
    app.get(`/${name}`, (c, next) =>
      c.req.url.endsWith('/') ? Promise.resolve(c.redirect(`../${name}`)) : next(),
    ); // its addresses are relative
    app.get(`/${name}`, serveStatic({ root: pageDir, path: `${name}.html`, onFound: setCaching }));
  }
  app.on('GET', ['/', '/workshop', '/class', '/playground'], (c) => c.text(NO_PAGE, 503));

  app.notFound((c) => c.text(`not found: ${c.req.path}\n`, 404));
  app.onError((err, c) => {
    if (err instanceof HTTPException) return err.getResponse(); // failed login
    log.warn({ err }, `${c.req.method} ${c.req.path}`);
    if (isUnreachable(redis, err))
      return c.text('Redis is unreachable; the dashboard keeps trying\n', 503);
    const refusal = refusalOf(err);
    if (refusal !== undefined) {
      const advice = refusal.advice.replaceAll('`', '');
      return c.text(`Redis refuses this: ${refusal.text}. ${advice}\n`, 503);
    }
    // Bull Board does not validate its input, so its errors are most likely the client's.
    if (c.req.path.startsWith(BOARD_PATH)) return c.text(`bad request: ${err.message}\n`, 400);
    return c.text("internal error; see the dashboard's log\n", 500);
  });
  return app;
}

function acceptsGzip(c: Context): boolean {
  const header = 'Accept-Encoding';
  return accepts(c, { header, supports: ['gzip'], default: 'identity' }) === 'gzip';
}

/** Asset names contain a hash of the content, so assets never change; everything else must be revalidated. */
function setCaching(path: string, c: Context): void {
  const isAsset = /[/\\]assets[/\\]/.test(path);
  c.header('Cache-Control', isAsset ? 'public, max-age=31536000, immutable' : 'no-cache');
}
