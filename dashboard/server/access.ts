/**
 * Who may change something through the dashboard: nobody without a password, else who knows it.
 * @module
 */
import type { HttpBindings } from '@hono/node-server';
import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context, MiddlewareHandler } from 'hono';
import { basicAuth } from 'hono/basic-auth';
import { HTTPException } from 'hono/http-exception';
import { RateLimiterMemory } from 'rate-limiter-flexible';

const USER = 'admin';

/** Wrong passwords that one address may send within so many seconds. */
const WRONG = { points: 10, duration: 60 };

/** Lets requests pass that only look, and refuses all others with 405. */
export const refuseChanges: MiddlewareHandler = async (c, next) => {
  if (/^(GET|HEAD|OPTIONS)$/.test(c.req.method)) return next();
  return c.text(
    'read-only: start the dashboard with BOARD_PASSWORD to change something here\n',
    405,
  );
};

/**
 * Asks for user `admin` and the password (401). The comparison takes the same time however wrong they are.
 * After ten wrong ones within a minute an address is refused (429) until the minute is over.
 */
export function requireLogin(password: string): MiddlewareHandler {
  const wrong = new RateLimiterMemory(WRONG);

  async function refuseBlocked(c: Context): Promise<void> {
    const seen = await wrong.get(addressOf(c));
    if (seen === null || seen.remainingPoints > 0) return;
    const seconds = String(Math.ceil(seen.msBeforeNext / 1000));
    const res = c.text(
      `too many wrong passwords from your address; try again in ${seconds} s\n`,
      429,
      {
        'Retry-After': seconds,
      },
    );
    throw new HTTPException(429, { res });
  }

  return basicAuth({
    username: USER,
    password,
    realm: 'DockerCoins',
    // Looked up after the comparison: who tries a thousand at once learns no more than who tries one by one.
    onAuthSuccess: refuseBlocked,
    invalidUserMessage: async (c) => {
      await refuseBlocked(c);
      // A browser asks once without a password before it asks the person.
      if (c.req.header('Authorization') !== undefined) await wrong.penalty(addressOf(c));
      return `login as ${USER}, with the password that the dashboard was started with\n`;
    },
  });
}

/** Who is at the other end of the connection. Headers can be made up, so all behind a proxy count as one. */
function addressOf(c: Context): string {
  const { incoming } = (c.env ?? {}) as Partial<HttpBindings>; // not there without a socket
  return (incoming && getConnInfo(c).remote.address) ?? 'nowhere';
}
