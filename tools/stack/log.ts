import { Writable } from 'node:stream';
import { createLogger, type Logger } from '@dockercoins/common/log/log';

/** A logger that logs nothing. */
export const silentLog = createLogger('test', {
  INSTANCE: 'test',
  LOG_LEVEL: 'silent',
  LOG_FORMAT: 'text',
});

/** Returns a logger in text format and its lines so far, without their timestamps. */
export function recordingLog(service = 'test'): { log: Logger; lines: string[] } {
  const lines: string[] = [];
  const out = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk).replace(/^[\d:]+ /, ''));
      done();
    },
  });
  const config = { INSTANCE: 'test', LOG_LEVEL: 'info', LOG_FORMAT: 'text' } as const;
  return { log: createLogger(service, config, out), lines };
}
