import { describe, expect, test } from 'vitest';
import { ArgumentError } from '../../local/options.ts';
import { parseLabArgs, STEPS } from './args.ts';

describe('npm run lab', () => {
  test('runs all steps on processes by default', () => {
    expect(parseLabArgs([])).toEqual({
      kind: 'processes',
      steps: STEPS,
      report: undefined,
      json: undefined,
      pause: false,
    });
  });

  test('runs the selected steps in their order', () => {
    const args = ['--step', 'latency', '--step', 'one-miner', '--compose', '--pause'];
    expect(parseLabArgs(args)).toMatchObject({
      kind: 'compose',
      steps: ['one-miner', 'latency'],
      pause: true,
    });
  });

  test('writes the results to files', () => {
    const args = ['--report', 'lab.html', '--json', 'lab.json'];
    expect(parseLabArgs(args)).toMatchObject({ report: 'lab.html', json: 'lab.json' });
  });

  test.each([
    [['--step', 'three-miners'], `--step three-miners: expected one of ${STEPS.join(', ')}`],
    [['--report', ''], '--report: expected the name of a file'],
    [['--json'], '--json: expected a value'],
    [['--fast'], '--fast: expected one of --compose, --step, --pause, --report, --json'],
    [['one-miner'], 'one-miner: expected one of --compose, '],
  ])('rejects %j', (args, message) => {
    expect(() => parseLabArgs(args)).toThrow(ArgumentError);
    expect(() => parseLabArgs(args)).toThrow(message);
  });
});
