/**
 * The settings that every service has.
 * @module
 */
import { hostname } from 'node:os';
import { choice, port, redisUrl, text, word } from './env.ts';

/** How the service presents itself and what it tells. */
export const processSchema = {
  INSTANCE: word(hostname(), 'name of this replica in answers, logs and reports'),
  LISTEN_HOST: text('', 'address to listen on; without one all, IPv6 and IPv4'),
  ADMIN_PORT: port(9000, 'port of /healthz, /readyz and /metrics'),
  LOG_LEVEL: choice(
    ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
    'info',
    'the least that is logged',
  ),
  LOG_FORMAT: choice(['text', 'json'], 'text', 'text for people, json for machines'),
};

/** Where an HTTP service listens. */
export const httpSchema = {
  PORT: port(80, 'port to listen on'),
};

/** Where Redis is. */
export const redisSchema = {
  REDIS_URL: redisUrl('redis://redis:6379', 'address of Redis'),
};
