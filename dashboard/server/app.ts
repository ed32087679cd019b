/**
 * The dashboard's routes.
 * @module
 */
import { serveStatic } from '@hono/node-server/serve-static';
import type { Redis } from 'ioredis';
import { Hono, type Context } from 'hono';
import { accepts } from 'hono/accepts';
import { compress } from 'hono/compress';
import { HTTPException } from 'hono/http-exception';
import { streamSSE } from 'hono/streaming';
import { keys } from '@dockercoins/common/contract';
import type { Logger } from '@dockercoins/common/service/log';
import { isAway } from '@dockercoins/common/redis';
import { HISTORY_SECONDS } from '../frame.ts';
import { refuseChanges, requireLogin } from './access.ts';
import { BOARD_PATH } from './board.ts';
import type { Broadcast } from './broadcast.ts';
import { secureBoard, securePage } from './headers.ts';
import { RecentHour } from './recent-hour.ts';
import { requireSameOrigin } from './same-origin.ts';

export interface DashboardOptions {
  redis: Redis;
  broadcast: Broadcast;
  board: Hono;
  queueRoutes: Hono;
  /** Without one everything may be seen and nothing changed. */
  password: string | undefined;
  /** Folder of the built page. */
  pageDir: string;
  log: Logger;
}

const QUEUE_PATH = '/api/queue';

const NO_PAGE =
  'the page is not built; `npm run build` builds it, `npm start` does all that is needed\n';

/**
 * - `GET /`: the page.
 * - `GET /json`: coins, hashes and the time, as the original's web UI.
 * - `GET /api/frame`, `GET /api/events`: what the page shows of this second, once or each second.
 * - `GET /api/history?seconds=n`: one point a second, oldest first.
 * - `POST /api/queue/pause`, `/api/queue/resume`: with login; 405 without a password.
 * - `/queues`: Bull Board, with login; without a password to look at only.
 */
export function createApp({
  redis,
  broadcast,
  board,
  queueRoutes,
  password,
  pageDir,
  log,
}: DashboardOptions): Hono {
  const app = new Hono({ strict: false });
  app.use(`${BOARD_PATH}/*`, secureBoard); // first in, last out: its headers stay
  app.use(securePage);
  app.use(requireSameOrigin);
  const access = password === undefined ? refuseChanges : requireLogin(password);
  app.use(`${BOARD_PATH}/*`, access);
  app.use(`${QUEUE_PATH}/*`, access);

  app.get('/json', async (c) => {
    const [coins, hashes] = await Promise.all([redis.hlen(keys.wallet), redis.get(keys.hashes)]);
    return c.json({ coins, hashes, now: Date.now() / 1000 });
  });

  app.get('/api/frame', (c) => {
    const { latest } = broadcast;
    if (latest === undefined) return c.text('no frame yet; there is one each second\n', 503);
    return c.body(latest, 200, { 'Content-Type': 'application/json' });
  });

  app.get('/api/events', (c) => {
    c.header('X-Accel-Buffering', 'no'); // nginx would hold frames back
    return streamSSE(c, async (stream) => {
      do {
        const { latest } = broadcast;
        if (latest !== undefined) await stream.writeSSE({ data: latest });
      } while ((await broadcast.next()) && !stream.aborted);
    });
  });

  const recentHour = new RecentHour(redis, broadcast);
  app.get('/api/history', async (c) => {
    const text = c.req.query('seconds') ?? '300';
    const seconds = /^\d{1,6}$/.test(text) ? Number(text) : 0;
    if (seconds < 1 || seconds > HISTORY_SECONDS) {
      return c.text(`seconds: a whole number from 1 to ${HISTORY_SECONDS}\n`, 400);
    }
    const { now, points, gzipped } = await recentHour.get();
    c.header('Vary', 'Accept-Encoding');
    if (seconds === HISTORY_SECONDS && acceptsGzip(c)) {
      return c.body(gzipped, 200, {
        'Content-Type': 'application/json',
        'Content-Encoding': 'gzip',
      });
    }
    return c.json(points.filter(({ at }) => at > now - seconds));
  });

  app.route(QUEUE_PATH, queueRoutes);
  app.route(BOARD_PATH, board);
  app.use('/assets/*', compress());
  app.use(serveStatic({ root: pageDir, onFound: setCaching }));
  app.get('/', (c) => c.text(NO_PAGE, 503));

  app.notFound((c) => c.text(`there is nothing at ${c.req.path}\n`, 404));
  app.onError((err, c) => {
    if (err instanceof HTTPException) return err.getResponse(); // no login
    log.warn({ err }, `${c.req.method} ${c.req.path}`);
    if (isAway(redis, err)) return c.text('Redis is away; the dashboard keeps trying\n', 503);
    // Bull Board checks nothing that its own page would not send.
    if (c.req.path.startsWith(BOARD_PATH))
      return c.text(`this cannot be done: ${err.message}\n`, 400);
    return c.text('something went wrong here; the log of the dashboard says what\n', 500);
  });
  return app;
}

function acceptsGzip(c: Context): boolean {
  const header = 'Accept-Encoding';
  return accepts(c, { header, supports: ['gzip'], default: 'identity' }) === 'gzip';
}

/** Assets carry a hash of their content in their name; all else has to be asked for again. */
function setCaching(path: string, c: Context): void {
  const isAsset = /[/\\]assets[/\\]/.test(path);
  c.header('Cache-Control', isAsset ? 'public, max-age=31536000, immutable' : 'no-cache');
}
