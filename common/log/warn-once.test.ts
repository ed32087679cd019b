import { expect, test } from 'vitest';
import { recordingLog } from '../../tools/stack/log.ts';
import { WarnOnce } from './warn-once.ts';

test('the first error and the recovery are logged, but no repetitions', () => {
  const { log, lines } = recordingLog();
  const warnings = new WarnOnce(log, 'cannot report');
  warnings.recovered();
  for (let n = 0; n < 100; n++) warnings.warn(new Error('timed out'));
  warnings.recovered();
  warnings.recovered();
  expect(lines).toEqual(['warning: cannot report: timed out\n', 'recovered: cannot report\n']);
});

test('a line about a refusal of Redis says what to do', () => {
  const { log, lines } = recordingLog();
  new WarnOnce(log, 'cannot report').warn(new Error('OOM command not allowed.'));
  expect(lines).toEqual([
    'warning: cannot report: OOM command not allowed. Raise its maxmemory, or delete the wallet: DEL wallet.\n',
  ]);
});

test('each kind of error is logged once, ignoring differences in numbers', () => {
  const { log, lines } = recordingLog();
  const warnings = new WarnOnce(log, 'worker');
  warnings.warn(new Error('Missing lock for job 7'));
  warnings.warn(new Error('Missing lock for job 8'));
  warnings.warn(new Error('READONLY'));
  expect(lines).toHaveLength(2);
});

test('an error that recurs after a recovery is logged again', () => {
  const { log, lines } = recordingLog();
  const warnings = new WarnOnce(log, 'cannot report');
  warnings.warn(new Error('OOM'));
  warnings.recovered();
  warnings.warn(new Error('OOM'));
  expect(lines).toHaveLength(3);
});
