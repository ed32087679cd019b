/**
 * One logger for a service: a readable line for people, or JSON for machines.
 * @module
 */
import pino, { type DestinationStream, type Logger } from 'pino';
import pretty from 'pino-pretty';

export type { Logger };

interface LogConfig {
  INSTANCE: string;
  LOG_LEVEL: string;
  LOG_FORMAT: 'text' | 'json';
}

/** People see the level only where it matters. Numbers are pino's. */
const SHOWN_LEVELS: Record<number, string> = { 40: 'warning: ', 50: 'ERROR: ', 60: 'FATAL: ' };

/**
 * Makes the logger of a service. Lines are written synchronously by default, so that the last one
 * before an exit is not lost.
 */
export function createLogger(
  service: string,
  config: LogConfig,
  out: DestinationStream = pino.destination({ dest: 1, sync: true }),
): Logger {
  const options = {
    level: config.LOG_LEVEL,
    base: { service, instance: config.INSTANCE },
    serializers: { err: (err: Error) => withoutArguments(pino.stdSerializers.errWithCause(err)) },
  };
  return pino(options, config.LOG_FORMAT === 'json' ? out : forPeople(out));
}

interface LoggedError {
  command?: { name: string; args?: unknown };
  cause?: LoggedError;
  aggregateErrors?: LoggedError[];
}

/** ioredis keeps the failed command in its error, and that of a refused login has the password as an argument. */
function withoutArguments(err: LoggedError | null): LoggedError | null {
  if (err?.command) err.command = { name: err.command.name };
  if (err?.cause) withoutArguments(err.cause);
  err?.aggregateErrors?.forEach(withoutArguments);
  return err;
}

function forPeople(destination: DestinationStream): DestinationStream {
  return pretty({
    destination: destination as NonNullable<pretty.PrettyOptions['destination']>,
    sync: true,
    colorize: false,
    translateTime: 'SYS:HH:MM:ss',
    customPrettifiers: { time: (time) => time as string },
    ignore: 'pid,hostname,level',
    messageFormat: (line, key) =>
      oneLine(
        `${SHOWN_LEVELS[Number(line['level'])] ?? ''}${line[key] as string}${reason(line['err'])}`,
      ),
    hideObject: true,
  });
}

/** What somebody sent must neither begin a line of its own nor steer the terminal. */
function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, encodeURIComponent);
}

/** What an error adds to a line for people; machines get its stack and its causes too. */
function reason(err: unknown): string {
  return typeof err === 'object' && err !== null && 'message' in err
    ? `: ${err.message as string}`
    : '';
}
