import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Hono } from 'hono';
import { describe, expect, test } from 'vitest';
import type { Addresses } from '../../local/control-app.ts';
import { serveControl } from '../../local/control-socket.ts';
import { freePort } from '../support/free-port.ts';
import { usageOf } from '../../local/help.ts';
import { runCommand } from '../support/run-command.ts';
import { startTinyHasher } from '../support/tiny-parts.ts';
import { OPTIONS } from '../../tools/conformance/args.ts';

const USAGE = usageOf('conformance', { options: OPTIONS });

const runConformance = (...args: string[]) => runCommand(['conformance', ...args]);

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

  test('exits with 2 and shows its usage if arguments are wrong', async () => {
    expect(await runConformance('--rng', '8001')).toEqual({
      status: 2,
      stdout: '',
      stderr: `--rng 8001: expected http://<host>[:<port>]\n\n${USAGE}`,
    });
  });

  test('without arguments, it checks the stack that runs', async () => {
    await using undo = new AsyncDisposableStack();
    const dir = await mkdtemp(join(tmpdir(), 'dockercoins-stack-'));
    undo.defer(() => rm(dir, { recursive: true }));
    const none = await runCommand(['conformance'], { LOCAL_DIR: dir });
    expect(none).toMatchObject({ status: 2, stdout: '' });
    expect(none.stderr).toContain(`(now ${dir})\nor give at least one of --rng, `);
    expect(none.stderr).toContain(USAGE);

    const host = `127.0.0.1:${await freePort()}`;
    const origins = { rng: `http://${host}`, hasher: undefined, dashboard: `http://${host}` };
    const addresses: Addresses = { ...origins, redisUrl: `redis://${host}` };
    const app = new Hono().get('/', (c) => c.json(addresses));
    undo.use(await serveControl(app, dir));
    const { status, stdout } = await runCommand(['conformance'], { LOCAL_DIR: dir });
    expect(stdout.split('\n').map((line) => line.split(':')[0])).toEqual([
      '--rng http',
      'FAIL rng',
      'FAIL redis',
      'FAIL dashboard',
      '0 passed, 3 failed, 0 skipped',
      '',
    ]);
    expect(status).toBe(1);
  });

  test('--help shows the usage', async () => {
    const { status, stdout, stderr } = await runConformance('--help');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain(USAGE.split('\n\n')[1]);
  });
});
