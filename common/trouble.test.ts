import { expect, test } from 'vitest';
import { recordingLog } from '../test/support/log.ts';
import { Trouble } from './trouble.ts';

test('logs the start and the end of trouble, not each repetition', () => {
  const { log, lines } = recordingLog();
  const trouble = new Trouble(log, 'cannot report');
  trouble.over();
  for (let n = 0; n < 100; n++) trouble.failed(new Error('OOM command not allowed'));
  trouble.over();
  trouble.over();
  expect(lines).toEqual([
    'warning: cannot report: OOM command not allowed\n',
    'over: cannot report\n',
  ]);
});

test('logs each different error once; a job id makes no difference', () => {
  const { log, lines } = recordingLog();
  const trouble = new Trouble(log, 'worker');
  trouble.failed(new Error('Missing lock for job 7'));
  trouble.failed(new Error('Missing lock for job 8'));
  trouble.failed(new Error('READONLY'));
  expect(lines).toHaveLength(2);
});

test('logs the same error again if it comes back after a recovery', () => {
  const { log, lines } = recordingLog();
  const trouble = new Trouble(log, 'cannot report');
  trouble.failed(new Error('OOM'));
  trouble.over();
  trouble.failed(new Error('OOM'));
  expect(lines).toHaveLength(3);
});
