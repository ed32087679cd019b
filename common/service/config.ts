/**
 * Settings that services have in common.
 * @module
 */
import { hostname } from 'node:os';
import { SAMPLERS } from '../tracing/tracing.ts';
import {
  choice,
  flag,
  fraction,
  integer,
  optionalUrl,
  port,
  redisUrl,
  secret,
  text,
  word,
} from './env.ts';

/** Settings of every service. */
export const processSchema = {
  INSTANCE: word(hostname(), 'name of this replica in responses, logs and reports'),
  LISTEN_HOST: text('', 'address to listen on (empty = all, IPv6 and IPv4)'),
  ADMIN_PORT: port(9000, 'port for /healthz, /readyz and /metrics'),
  LOG_LEVEL: choice(
    ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
    'info',
    'minimum level to log',
  ),
  LOG_FORMAT: choice(['text', 'json'], 'text', 'log format: text for people, json for machines'),
  OTEL_EXPORTER_OTLP_ENDPOINT: optionalUrl(
    'URL of an OpenTelemetry collector for traces, such as http://collector:4318; if unset, nothing is traced',
  ),
  OTEL_EXPORTER_OTLP_HEADERS: secret('HTTP headers for the collector: name=value,name=value'),
  OTEL_SERVICE_NAME: text('', 'service name in traces (empty = rng, hasher, miner, ...)'),
  OTEL_TRACES_SAMPLER: choice(SAMPLERS, 'parentbased_always_on', 'which traces are recorded'),
  OTEL_TRACES_SAMPLER_ARG: fraction(1, 'share of traces for the traceidratio samplers, 0 to 1'),
};

/** Settings of HTTP services. */
export const httpSchema = {
  PORT: port(80, 'port to listen on'),
};

/** Settings of services that can be varied. */
export const variationSchema = {
  SHOW_VARIATIONS: flag(true, 'whether the page and the log tell which variations are on'),
};

/** Settings of services with random variations. */
export const seedSchema = {
  VARIATION_SEED: integer(
    0,
    'makes random delays, errors and hangs the same after each start; 0 = different ones',
    0,
    1_000_000,
  ),
};

/** Settings of services that use Redis. */
export const redisSchema = {
  REDIS_URL: redisUrl('redis://redis:6379', 'URL of Redis, of its sentinels or of its cluster'),
  REDIS_PASSWORD: secret('password of Redis if the URL contains none'),
  QUEUES: integer(1, 'number of queues that share the work', 1, 64),
};
