/**
 * The commands that a person types to do what a deployment does.
 * @module
 */
import type { Commands, Scale } from './deployment.ts';

/** Options of `docker compose` for a stack without delays. */
export const FAST_FILES = ['-f', 'compose.yaml', '-f', 'compose.fast.yaml'];

/** `npm start` and its companions. */
export const processCommands: Commands = {
  start: ({ scale, fast, settings }) => {
    const options = [...(fast ? ['--fast'] : []), ...scaleOptions(scale)];
    return [
      ...pairs(settings),
      'npm start',
      ...(options.length > 0 ? ['--', ...options] : []),
    ].join(' ');
  },
  stop: 'Ctrl-C',
  scale: (replicas, settings = {}) =>
    ['npm run scale', ...pairs(replicas), ...pairs(settings)].join(' '),
  list: 'npm run ps',
  logs: (service, lines) => `npm run logs -- --tail ${lines} ${service}`,
  signal: ({ id }, signal) =>
    signal === 'SIGKILL' ? `kill -9 ${id}` : `kill -${signal.slice('SIG'.length)} ${id}`,
};

/** Docker and Docker Compose. */
export const composeCommands: Commands = {
  start: ({ scale, fast, settings }) =>
    [
      ...pairs(settings),
      'docker compose',
      ...(fast ? FAST_FILES : []),
      'up -d',
      ...scaleOptions(scale),
    ].join(' '),
  stop: 'docker compose down',
  // `docker compose scale` would recreate replicas whose settings differ from those in the environment.
  scale: (replicas, settings = {}) =>
    Object.keys(settings).length === 0
      ? ['docker compose scale', ...pairs(replicas)].join(' ')
      : [
          ...pairs(settings),
          'docker compose up -d --no-deps --no-recreate',
          ...scaleArgs(replicas),
          ...Object.keys(replicas),
        ].join(' '),
  list: 'docker compose ps',
  logs: (service, lines) => `docker compose logs --tail ${lines} ${service}`,
  signal: ({ id }, signal) =>
    signal === 'SIGKILL' ? `docker kill ${id}` : `docker kill --signal ${signal} ${id}`,
};

/** Returns `--scale miner=10` for each number of replicas other than one, which is the default. */
function scaleOptions(scale: Scale): string[] {
  const others = Object.entries(scale).filter(([, count]) => count !== 1);
  return scaleArgs(Object.fromEntries(others));
}

/** Returns `--scale` and `miner=10` for each service. */
export const scaleArgs = (scale: Scale): string[] =>
  pairs(scale).flatMap((pair) => ['--scale', pair]);

const pairs = (values: Record<string, string | number>): string[] =>
  Object.entries(values).map(([name, value]) => `${name}=${value}`);
