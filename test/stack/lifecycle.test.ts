import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

const program = (start: string) => `
  import { readEnv, integer, secret } from '@dockercoins/common/service/env';
  import { runService } from '@dockercoins/common/service/lifecycle';
  import { processSchema } from '@dockercoins/common/service/config';

  const settings = { COUNT: integer(1, 'items', 1, 9), PASSWORD: secret('password'), ...processSchema };
  const print = (line: string) => process.stdout.write(line + '\\n');
  await runService('demo', () => readEnv(settings, process.env), async (config, life) => {
    const { cleanup, stopping, log } = life;
    const hang = () => new Promise(() => undefined);
    setInterval(() => undefined, 1000);
    ${start}
    print('ready');
  });`;

/** Runs a service whose start function has this TypeScript as its body. */
function run(start: string, env: Record<string, string> = {}) {
  const flags = ['--input-type=module-typescript', '-e', program(start)];
  const child = spawn(process.execPath, flags, { cwd: root, env });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const stdout = text(child.stdout);
  const stderr = text(child.stderr);
  const printed = (line: string) =>
    new Promise<void>((resolve) => {
      let output = '';
      child.stdout.on('data', (chunk) => {
        output += String(chunk);
        if (output.includes(line)) resolve();
      });
    });
  return {
    /** Resolves once the service has printed this. */
    printed,
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    [Symbol.dispose]: () => void child.kill('SIGKILL'),
    /** Resolves when the service has exited. */
    async result() {
      const [code] = await exited;
      return { code, lines: (await stdout).trimEnd().split('\n'), stderr: await stderr };
    },
  };
}

describe.concurrent('a service', () => {
  test('releases its resources in reverse order on SIGTERM and exits with code 0', async () => {
    using service = run(`
      cleanup.defer(() => print('first released'));
      cleanup.defer(() => print('second released, stopping: ' + stopping.aborted));`);
    await service.printed('ready');
    service.kill('SIGTERM');
    const { code, lines } = await service.result();
    expect(lines).toEqual([
      'ready',
      expect.stringContaining('SIGTERM: stopping'),
      'second released, stopping: true',
      'first released',
      expect.stringMatching(/: stopped$/),
    ]);
    expect(code).toBe(0);
  });

  test('can ignore SIGTERM, but not SIGINT', async () => {
    using service = run(`
      life.ignoreSigterm();
      cleanup.defer(() => print('released'));`);
    await service.printed('ready');
    for (let n = 0; n < 2; n++) {
      const warned = service.printed('warning: SIGTERM ignored');
      service.kill('SIGTERM');
      await warned;
    }
    service.kill('SIGINT');
    const { code, lines } = await service.result();
    expect(lines.at(-2)).toBe('released');
    expect(code).toBe(0);
  });

  test('shuts down cleanly on SIGINT while it is still starting', async () => {
    using service = run(`
      cleanup.defer(() => print('released'));
      print('starting');
      await hang();`);
    await service.printed('starting');
    service.kill('SIGINT');
    const { code, lines } = await service.result();
    expect(lines).toContain('released');
    expect(code).toBe(0);
  });

  test('logs why it cannot start, releases its resources and exits with code 1', async () => {
    using service = run(`
      cleanup.defer(() => print('released'));
      throw new Error('the port is taken');`);
    const { code, lines } = await service.result();
    expect(lines).toContainEqual(expect.stringContaining('FATAL: cannot start: the port is taken'));
    expect(lines).toContain('released');
    expect(lines).not.toContain('ready');
    expect(code).toBe(1);
  });

  test('lists all errors in its environment and exits with code 1 instead of starting', async () => {
    using service = run('', { COUNT: '99', ADMIN_PORT: 'x', PASSWORD: 's3cr3t' });
    const { code, lines, stderr } = await service.result();
    expect(stderr).toMatch(/^demo: Invalid environment: 2 settings are wrong\.\n/);
    expect(stderr).toContain('COUNT (items): expected a whole number from 1 to 9, got "99"');
    expect(stderr).toContain('ADMIN_PORT');
    expect(stderr).not.toContain('s3cr3t');
    expect(lines).toEqual(['']);
    expect(code).toBe(1);
  });

  test('logs why it fails, releases its resources and exits with code 1', async () => {
    using service = run(`
      cleanup.defer(() => print('released'));
      setTimeout(() => life.fail('nothing to do for a minute'), 10);`);
    const { code, lines } = await service.result();
    expect(lines).toContainEqual(expect.stringMatching(/FATAL: nothing to do for a minute$/));
    expect(lines).toContain('released');
    expect(code).toBe(1);
  });

  test('exits at once with code 1 on a second signal while its shutdown hangs', async () => {
    using service = run(`cleanup.defer(() => { print('hanging'); return hang(); });`);
    await service.printed('ready');
    service.kill('SIGTERM');
    await service.printed('hanging');
    service.kill('SIGINT');
    const { code, lines } = await service.result();
    expect(lines.at(-1)).toMatch(/FATAL: SIGINT again: exiting immediately$/);
    expect(code).toBe(1);
  });

  test('logs why its shutdown failed and exits with code 1', async () => {
    using service = run(`cleanup.defer(() => { throw new Error('the door is stuck'); });`);
    await service.printed('ready');
    service.kill('SIGTERM');
    const { code, lines } = await service.result();
    expect(lines.at(-1)).toMatch(/FATAL: shutdown failed: the door is stuck$/);
    expect(code).toBe(1);
  });

  test.each([
    ['exception', `setTimeout(() => { throw new Error('out of the blue'); }, 10);`],
    ['rejection', `void Promise.reject(new Error('out of the blue'));`],
  ])('logs an uncaught %s and exits with code 1', async (_kind, start) => {
    using service = run(start);
    const { code, lines } = await service.result();
    expect(lines.at(-1)).toMatch(/FATAL: uncaught error: out of the blue$/);
    expect(code).toBe(1);
  });
});
