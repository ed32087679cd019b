/**
 * Who may make changes through the dashboard: nobody if it has no password, otherwise users who log in with it.
 * @module
 */
import type { HttpBindings } from '@hono/node-server';
import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context, MiddlewareHandler } from 'hono';
import { basicAuth } from 'hono/basic-auth';
import { HTTPException } from 'hono/http-exception';
import { auth } from 'hono/utils/basic-auth';
import { RateLimiterMemory } from 'rate-limiter-flexible';

const USER = 'admin';

/** Failed logins per address, and the seconds within which they count. */
const FAILURE_LIMIT = { points: 10, duration: 60 };

/** A browser sends one login only, so a proxy that asks for one of its own must know our user or send our login. */
const PROXY_HINT =
  '; if a proxy asked for the login that came, see docs/operations.md#behind-a-reverse-proxy';

/** Rejects every request that could change state with 405. */
export const refuseChanges: MiddlewareHandler = async (c, next) => {
  if (/^(GET|HEAD|OPTIONS)$/.test(c.req.method)) return next();
  return c.text('read-only: set BOARD_PASSWORD to allow changes\n', 405);
};

/**
 * Requires a login as `admin` with this password, otherwise responds with 401. The comparison takes constant time. After
 * ten failed logins as `admin` within a minute, that address gets 429, even with the right password, until the minute is
 * over. Logins as anyone else never succeed, so they do not count: a proxy with a login of its own sends its users' logins here.
 */
export function requireLogin(password: string): MiddlewareHandler {
  const failures = new RateLimiterMemory(FAILURE_LIMIT);

  async function refuseBlocked(c: Context): Promise<void> {
    const counted = await failures.get(addressOf(c));
    if (counted === null || counted.remainingPoints > 0) return;
    const seconds = String(Math.ceil(counted.msBeforeNext / 1000));
    const text = `too many failed logins from your address; try again in ${seconds} s\n`;
    const res = c.text(text, 429, { 'Retry-After': seconds });
    throw new HTTPException(429, { res });
  }

  return basicAuth({
    username: USER,
    password,
    realm: 'DockerCoins',
    // Checked after the comparison, so that a thousand parallel guesses reveal no more than a thousand sequential ones.
    onAuthSuccess: refuseBlocked,
    invalidUserMessage: async (c) => {
      await refuseBlocked(c);
      const given = auth(c.req.raw)?.username;
      if (given === USER) await failures.penalty(addressOf(c));
      const isOther = given !== undefined && given !== USER;
      return `log in as ${USER} with the password from BOARD_PASSWORD${isOther ? PROXY_HINT : ''}\n`;
    },
  });
}

/** Returns the address of the connection. Headers can be forged, so all clients behind a proxy count as one. */
function addressOf(c: Context): string {
  const { incoming } = (c.env ?? {}) as Partial<HttpBindings>; // undefined without a socket
  return (incoming && getConnInfo(c).remote.address) ?? 'unknown';
}
