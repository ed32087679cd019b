/**
 * The logger of a service: readable lines for people or JSON for machines.
 * @module
 */
import pino, { type DestinationStream, type Logger } from 'pino';
import pretty from 'pino-pretty';

export type { Logger };

export interface LogConfig {
  INSTANCE: string;
  LOG_LEVEL: string;
  LOG_FORMAT: 'text' | 'json';
}

/** Readable lines show the level only from `warn` up. The keys are pino's level numbers. */
const SHOWN_LEVELS: Record<number, string> = { 40: 'warning: ', 50: 'ERROR: ', 60: 'FATAL: ' };

/** Creates a service's logger. By default it writes synchronously, so that no line is lost on exit. */
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
  return pino(options, config.LOG_FORMAT === 'json' ? out : readable(out));
}

interface LoggedError {
  command?: { name: string; args?: unknown };
  cause?: LoggedError;
  aggregateErrors?: LoggedError[];
}

/** Errors from ioredis contain the failed command; if that is a login, its arguments contain the password. */
function withoutArguments(err: LoggedError | null): LoggedError | null {
  if (err?.command) err.command = { name: err.command.name };
  if (err?.cause) withoutArguments(err.cause);
  err?.aggregateErrors?.forEach(withoutArguments);
  return err;
}

function readable(out: DestinationStream): DestinationStream {
  return pretty({
    destination: out as NonNullable<pretty.PrettyOptions['destination']>,
    sync: true,
    colorize: false,
    translateTime: 'SYS:HH:MM:ss',
    customPrettifiers: { time: (time) => time as string },
    ignore: 'pid,hostname,level',
    messageFormat: (line, key) =>
      oneLine(
        `${SHOWN_LEVELS[Number(line['level'])] ?? ''}${line[key] as string}${messageOf(line['err'], line['advice'])}`,
      ),
    hideObject: true,
  });
}

/** Client input must neither start a new line nor control the terminal. */
function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, encodeURIComponent);
}

/** Readable lines show an error's message, and what to do about it; JSON includes its stack and causes. */
function messageOf(err: unknown, advice: unknown): string {
  const message =
    typeof err === 'object' && err !== null && 'message' in err ? `: ${err.message as string}` : '';
  if (typeof advice !== 'string') return message;
  // Names and commands in an advice are in backticks, which a line of text does not need.
  return `${message.replace(/\.$/, '')}. ${advice.replaceAll('`', '')}`;
}
