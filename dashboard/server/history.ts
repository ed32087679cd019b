/**
 * The last hour as a stream in Redis, so it survives page reloads and restarts of the dashboard.
 * @module
 */
import type { RedisClient } from '@dockercoins/common/queue/redis';
import { keys } from '@dockercoins/common/contract';
import { HISTORY_SECONDS, type Point } from '../frame/frame.ts';
import { parsePoint } from './parse.ts';

/** If the newest point is more than this many seconds in the future, Redis' clock was set back. */
const SLACK_S = 5;

/**
 * Adds the point of a second unless there is one already. If Redis' clock was set back, points in the future would block
 * new ones, so they are deleted. KEYS: history; ARGV: second, point, slack, length.
 */
const ADD_POINT = `
  local at = tonumber(ARGV[1])
  local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
  local top = newest and tonumber(string.match(newest[1], '^%d+')) or 0
  if top > at + ARGV[3] then
    for _, entry in ipairs(redis.call('XRANGE', KEYS[1], ARGV[1], '+')) do
      redis.call('XDEL', KEYS[1], entry[1])
    end
    redis.call('XSETID', KEYS[1], ARGV[1] .. '-0')
  elseif top >= at then
    return
  end
  redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[4], ARGV[1] .. '-1', 'point', ARGV[2])`;

/** Adds a point. The entry's id is its second, so if several dashboards run, only the first one's point is kept. */
export async function addPoint(redis: RedisClient, point: Point): Promise<void> {
  const text = JSON.stringify(point);
  await redis.eval(ADD_POINT, 1, keys.history, point.at, text, SLACK_S, HISTORY_SECONDS);
}

/**
 * Returns the points of the last `seconds` seconds, oldest first, with gaps where no dashboard was running.
 * @param now Redis' time in seconds since 1970
 */
export async function readPoints(
  redis: RedisClient,
  seconds: number,
  now: number,
): Promise<Point[]> {
  const entries = await redis.xrange(keys.history, `${Math.floor(now) - seconds + 1}`, '+');
  return entries.map(([, fields]) => parsePoint(fields[1])).filter((point) => point !== undefined);
}
