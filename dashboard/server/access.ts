/**
 * Who may change something through the dashboard: nobody without a password, else who knows it.
 * @module
 */
import type { MiddlewareHandler } from 'hono';
import { basicAuth } from 'hono/basic-auth';

const USER = 'admin';

/** Asks for user `admin` and the password. The comparison takes the same time however wrong they are. */
export function requireLogin(password: string): MiddlewareHandler {
  return basicAuth({ username: USER, password, realm: 'DockerCoins' });
}

/** Refuses everything with 405. */
export const refuseChanges: MiddlewareHandler = (c) =>
  Promise.resolve(
    c.text('read-only: start the dashboard with BOARD_PASSWORD to change something here\n', 405),
  );
