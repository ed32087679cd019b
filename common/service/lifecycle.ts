/**
 * The life cycle of a service: start, run until a signal, shut down in reverse order within a deadline.
 * @module
 */
import { hostname } from 'node:os';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { EnvError } from './env.ts';
import { createLogger, type LogConfig, type Logger } from '../log/log.ts';
import { startTracing } from '../tracing/start.ts';
import type { Tracing, TracingConfig } from '../tracing/tracing.ts';

/** Shorter than the 15 s after which a container is killed, so that a hanging shutdown is logged. */
const STOP_DEADLINE_MS = 10_000;

/** Passed to a service's start function. */
export interface ServiceContext {
  log: Logger;
  /** Resources to release on shutdown, last in, first out; also if the start fails halfway. */
  cleanup: AsyncDisposableStack;
  /** Aborted when the shutdown begins. */
  stopping: AbortSignal;
  /** Shuts down a service that cannot continue; exit code 1 makes its supervisor start a new one. */
  fail: (reason: string) => void;
  /** From now on, SIGTERM only logs a warning. */
  ignoreSigterm: () => void;
  /** Undefined unless traces are sent. */
  tracing: Tracing | undefined;
}

/**
 * Runs a service until SIGTERM, SIGINT or the death of its local supervisor, then exits: with code 0 after a clean
 * shutdown, with code 1 if the environment is invalid, the start fails, the service calls `fail`, the shutdown fails or
 * takes longer than 10 s, a second signal arrives or an error is uncaught.
 */
export async function runService<C extends LogConfig & TracingConfig>(
  name: string,
  readConfig: () => C,
  start: (config: C, life: ServiceContext) => Promise<void>,
): Promise<never> {
  const config = readOrExit(name, readConfig);
  process.title = config.INSTANCE === hostname() ? name : config.INSTANCE; // otherwise, `top` shows "node-MainThread"
  const log = createLogger(name, config);
  const stopRequested = Promise.withResolvers<undefined>();
  const stopping = new AbortController();
  const cleanup = new AsyncDisposableStack();
  let exitCode = 0;
  let ignoresSigterm = false;

  const fail = (reason: string) => {
    log.fatal(reason);
    exitCode = 1;
    stopRequested.resolve(undefined);
  };
  const exitNow = (message: string, err?: unknown): never => {
    log.fatal({ err }, message);
    process.exit(1);
  };
  const ignoreSigterm = () => void (ignoresSigterm = true);
  process.on('uncaughtException', (err) => exitNow('uncaught error', err));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (signal === 'SIGTERM' && ignoresSigterm) return log.warn('SIGTERM ignored');
      if (stopping.signal.aborted) exitNow(`${signal} again: exiting immediately`);
      log.info(`${signal}: stopping`);
      stopRequested.resolve(undefined);
    });
  }

  // A local supervisor has an IPC channel to us. If it disconnects, nobody else would stop us.
  process.on('disconnect', () => stopRequested.resolve(undefined));
  await nextTurn(); // a disconnect while our code was loading is reported only now
  if (process.send !== undefined && !process.connected) process.exit(1);

  const startAll = async () => {
    const tracing = cleanup.use(await startTracing(name, config, log));
    await start(config, { log, cleanup, stopping: stopping.signal, fail, ignoreSigterm, tracing });
  };
  try {
    await Promise.race([stopRequested.promise, startAll()]);
    await stopRequested.promise;
  } catch (err) {
    log.fatal({ err }, 'cannot start');
    exitCode = 1;
  }

  stopping.abort();
  setTimeout(
    () => exitNow(`shutdown timed out after ${STOP_DEADLINE_MS / 1000} s: exiting`),
    STOP_DEADLINE_MS,
  );
  try {
    await cleanup.disposeAsync();
  } catch (err) {
    exitNow('shutdown failed', err);
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
