/**
 * The life of a service: start, run until a signal, stop in reverse order under a deadline.
 * @module
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { EnvError } from './env.ts';
import { createLogger, type Logger } from './log.ts';

/** A container is killed 15 s after it was asked to stop; a stop that hangs has to say so before. */
const STOP_DEADLINE_MS = 10_000;

/** What a service's start is given. */
export interface Life {
  log: Logger;
  /** What is registered here is released on stop, last in first out; also when the start fails half-way. */
  onStop: AsyncDisposableStack;
  /** Aborted when the stop begins. */
  stopping: AbortSignal;
  /** Stops the service because it cannot go on, and ends it with 1 for its supervisor to start a new one. */
  fail: (reason: string) => void;
}

interface ServiceConfig {
  INSTANCE: string;
  LOG_LEVEL: string;
  LOG_FORMAT: 'text' | 'json';
}

/**
 * Runs a service until SIGTERM or SIGINT, then ends the process: with 0 after a clean stop, with 1
 * where the environment is wrong, the start fails, the service gives up, the stop takes longer than
 * 10 s, a second signal comes or an error is caught by nobody.
 */
export async function runService<C extends ServiceConfig>(
  name: string,
  readConfig: () => C,
  start: (config: C, life: Life) => Promise<void>,
): Promise<never> {
  const config = readOrExit(name, readConfig);
  const log = createLogger(name, config);
  const stop = Promise.withResolvers<undefined>();
  const stopping = new AbortController();
  const onStop = new AsyncDisposableStack();
  let exitCode = 0;

  const fail = (reason: string) => {
    log.fatal(reason);
    exitCode = 1;
    stop.resolve(undefined);
  };
  const exitAtOnce = (message: string, err?: unknown): never => {
    log.fatal({ err }, message);
    process.exit(1);
  };
  process.on('uncaughtException', (err) => exitAtOnce('an error that nobody caught', err));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping.signal.aborted) exitAtOnce(`${signal} again: ended at once`);
      log.info(`${signal}: stopping`);
      stop.resolve(undefined);
    });
  }

  // Only a supervisor on this machine has a channel to us; when it is gone, nobody else stops us.
  process.on('disconnect', () => stop.resolve(undefined));
  await nextTurn(); // if it went while our code was loaded, we hear of it only now
  if (process.send !== undefined && !process.connected) process.exit(1);

  try {
    await Promise.race([
      stop.promise,
      start(config, { log, onStop, stopping: stopping.signal, fail }),
    ]);
    await stop.promise;
  } catch (err) {
    log.fatal({ err }, 'cannot start');
    exitCode = 1;
  }

  stopping.abort();
  setTimeout(
    () => exitAtOnce(`not stopped within ${STOP_DEADLINE_MS / 1000} s: ended by force`),
    STOP_DEADLINE_MS,
  );
  try {
    await onStop.disposeAsync();
  } catch (err) {
    exitAtOnce('the stop failed', err);
  }
  log.info('stopped');
  process.exit(exitCode);
}

function readOrExit<C>(name: string, readConfig: () => C): C {
  try {
    return readConfig();
  } catch (err) {
    if (!(err instanceof EnvError)) throw err;
    process.stderr.write(`${name}: ${err.message}\n`);
    process.exit(1);
  }
}
