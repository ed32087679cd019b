import { describe, expect, test } from 'vitest';
import { freePort } from '../../local/free-port.ts';
import { runConformance } from '../support/run-conformance.ts';
import { startTinyHasher } from '../support/tiny-parts.ts';
import { USAGE } from '../../tools/conformance/args.ts';

/** Long enough that the checks of time pass on a busy machine. */
const DELAY_MS = 400;

describe('npm run conformance', () => {
  test('prints a line per check and a summary, and exits with 1 if a check failed', async () => {
    await using hasher = await startTinyHasher({ delayMs: DELAY_MS, hash: () => 'A'.repeat(64) });
    const args = ['--hasher', hasher.origin, '--delay', String(DELAY_MS)];
    const { status, stdout, stderr } = await runConformance(...args);
    expect(status).toBe(1);
    expect(stderr).toBe('');
    const lines = stdout.trim().split('\n');
    expect(lines).toHaveLength(17);
    expect(lines).toContain('ok   hasher: POST / returns 64 characters, without a newline');
    expect(lines).toContain(
      `FAIL hasher: POST / returns lowercase hex digits: expected digits 0-9 and a-f, got "${'A'.repeat(64)}"`,
    );
    expect(lines).toContain(
      'skip hasher: no other program listens at localhost, on IPv4 or IPv6: 127.0.0.1 is not localhost',
    );
    expect(lines.at(-1)).toBe('10 passed, 5 failed, 1 skipped');
  });

  test('exits with 0 if no check failed', async () => {
    await using hasher = await startTinyHasher({ delayMs: DELAY_MS });
    const args = ['--hasher', hasher.origin, '--delay', String(DELAY_MS)];
    const { status, stdout } = await runConformance(...args);
    expect(stdout).toMatch(/\n15 passed, 0 failed, 1 skipped\n$/);
    expect(status).toBe(0);
  });

  test('reports unreachable parts once each, without a stack trace', async () => {
    const host = `127.0.0.1:${await freePort()}`;
    const { status, stdout, stderr } = await runConformance(
      ...['--rng', `http://${host}`, '--hasher', `http://${host}`],
      ...['--redis', `redis://${host}`, '--dashboard', `http://${host}`],
    );
    const refused = `connect ECONNREFUSED ${host}`;
    expect(stdout.replace(/ \(the other \d+ checks were not run\)/g, '')).toBe(
      `FAIL rng: responds to HTTP requests: expected an answer, got an error: ${refused}
FAIL hasher: responds to HTTP requests: expected an answer, got an error: ${refused}
FAIL redis: replies to PING without a password: expected PONG, got an error: cannot reach Redis at ${host}: ${refused}
FAIL dashboard: responds to HTTP requests: expected an answer, got an error: ${refused}
0 passed, 4 failed, 0 skipped
`,
    );
    expect(stderr).toBe('');
    expect(status).toBe(1);
  });

  test('exits with 2 and shows its usage if arguments are wrong or missing', async () => {
    expect(await runConformance('--rng', '8001')).toEqual({
      status: 2,
      stdout: '',
      stderr: `--rng 8001: expected http://<host>[:<port>]\n\n${USAGE}`,
    });
    expect(await runConformance()).toMatchObject({
      status: 2,
      stderr: expect.stringContaining(USAGE) as string,
    });
  });

  test('--help shows the usage', async () => {
    expect(await runConformance('--help')).toEqual({ status: 0, stdout: USAGE, stderr: '' });
  });
});
