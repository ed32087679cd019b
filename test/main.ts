/**
 * Runs parts of the tests one after another, all of them even if one fails, and sums up:
 *
 *     node test/main.ts [PART ...]      every part by default; "quick" and "rest" stand for several
 * @module
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { constants } from 'node:os';
import { relative } from 'node:path';
import type { JsonTestResults } from 'vitest/node';

/** Where Vitest writes the results of a part. */
const RESULTS = '.local/test-results.json';

const vitest = (...projects: string[]) =>
  [
    `vitest run --reporter default --reporter json --outputFile.json ${RESULTS}`,
    ...projects.map((project) => `--project ${project}`),
  ].join(' ');

/** What a contributor runs: `npm test`. */
const quick = {
  check: 'npm run --silent check',
  unit: vitest('unit'),
  stack: vitest('stack'),
  page: vitest('page'),
};

const SLOW = ['states', 'deep', 'course', 'views'];

/** What CI runs after that. */
const rest = {
  slow: vitest(...SLOW),
  speed: vitest('speed'),
  faults: 'node local/cli.ts test:faults --seconds 30 --page',
  'faults-fast': 'node local/cli.ts test:faults --fast --seconds 20',
  compose: vitest('compose'),
};

/** Parts of a part, to run them alone. */
const single = Object.fromEntries(SLOW.map((name) => [name, vitest(name)]));

const PARTS: Record<string, string> = { ...quick, ...rest, ...single };
const GROUPS: Record<string, string[]> = {
  quick: Object.keys(quick),
  rest: Object.keys(rest),
};

const args = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(GROUPS);
const names = args.flatMap((name) => GROUPS[name] ?? name);
const unknown = names.filter((name) => !(name in PARTS));
if (unknown.length > 0) {
  const expected = [...Object.keys(GROUPS), ...Object.keys(PARTS)].join(', ');
  process.stderr.write(`expected parts among ${expected}; got ${unknown.join(', ')}\n`);
  process.exit(2);
}

let interrupted: NodeJS.Signals | undefined;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => (interrupted = signal)); // the part that runs gets it, too, and cleans up
}

const seconds = (since: number) => `${Math.round((performance.now() - since) / 1000)} s`;

/** Runs a command. Resolves to whether it has succeeded. */
async function run(command: string): Promise<boolean> {
  const [file = '', ...args] = command.split(' ');
  const child = spawn(file, args, { stdio: 'inherit' });
  const forward = () => void child.kill('SIGTERM');
  process.on('SIGTERM', forward);
  const [code] = (await once(child, 'exit')) as [number | null];
  process.off('SIGTERM', forward);
  return code === 0;
}

/** Returns the names of the tests that Vitest reported as failed, each with the first line of its error. */
function failedTests(): string[] {
  let report: JsonTestResults;
  try {
    report = JSON.parse(readFileSync(RESULTS, 'utf8')) as JsonTestResults;
  } catch {
    return []; // not run by Vitest, or Vitest did not start
  }
  return report.testResults.flatMap(({ name, message, assertionResults }) => {
    const tests = assertionResults
      .filter(({ status }) => status === 'failed')
      .map(({ fullName, failureMessages }) => `${fullName}: ${firstLine(failureMessages?.[0])}`);
    const ofFile = message ? [firstLine(message)] : [];
    return [...tests, ...ofFile].map((failure) => `${relative('.', name)}: ${failure}`);
  });
}

const firstLine = (text = '') => text.split('\n', 1)[0] ?? '';

const startedAt = performance.now();
const results: string[] = [];
let failures = 0;
for (const [index, name] of names.entries()) {
  const partStartedAt = performance.now();
  process.stdout.write(`\ntest: ${name}, part ${index + 1} of ${names.length}\n`);
  rmSync(RESULTS, { force: true });
  const passed = await run(PARTS[name] ?? '');
  if (interrupted !== undefined) break;
  if (!passed) failures++;
  results.push(`  ${passed ? 'passed' : 'FAILED'}  ${name.padEnd(12)} ${seconds(partStartedAt)}`);
  if (!passed) results.push(...failedTests().map((failure) => `            ${failure}`));
}
process.stdout.write(`\n${results.join('\n')}\n`);
if (interrupted !== undefined) {
  process.stdout.write(`interrupted after ${seconds(startedAt)}\n`);
  process.exit(128 + constants.signals[interrupted]);
}
const passed = names.length - failures;
process.stdout.write(`${passed} passed, ${failures} failed, after ${seconds(startedAt)}\n`);
process.exit(failures === 0 ? 0 : 1);
