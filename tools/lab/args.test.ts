import { describe, expect, test } from 'vitest';
import { ArgumentError } from '../../local/args.ts';
import { parseLabArgs, STEPS, USAGE } from './args.ts';

describe('npm run lab', () => {
  test('runs all steps on processes by default', () => {
    expect(parseLabArgs([])).toEqual({
      kind: 'processes',
      steps: STEPS,
      report: undefined,
      json: undefined,
      pause: false,
      help: false,
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
    [['--json'], "Option '--json <value>' argument missing"],
    [['--fast'], "Unknown option '--fast'"],
    [['one-miner'], "Unexpected argument 'one-miner'"],
  ])('rejects %j', (args, message) => {
    expect(() => parseLabArgs(args)).toThrow(ArgumentError);
    expect(() => parseLabArgs(args)).toThrow(message);
  });

  test('explains all options and steps', () => {
    for (const name of STEPS) expect(USAGE).toContain(name);
    for (const option of ['--compose', '--step', '--pause', '--report', '--json', '--help'])
      expect(USAGE).toContain(option);
  });
});
