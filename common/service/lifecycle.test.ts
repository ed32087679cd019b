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

  const settings = { COUNT: integer(1, 1, 9, 'how many'), PASSWORD: secret('none'), ...processSchema };
  const say = (line: string) => process.stdout.write(line + '\\n');
  await runService('demo', () => readEnv(settings, process.env), async (config, life) => {
    const { onStop, stopping, log } = life;
    const hang = () => new Promise(() => undefined);
    setInterval(() => undefined, 1000);
    ${start}
    say('ready');
  });`;

/** Runs a service whose start is this TypeScript. */
function run(start: string, env: Record<string, string> = {}) {
  const flags = ['--input-type=module-typescript', '-e', program(start)];
  const child = spawn(process.execPath, flags, { cwd: root, env });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const said = text(child.stdout);
  const complained = text(child.stderr);
  const saying = (line: string) =>
    new Promise<void>((resolve) => {
      let all = '';
      child.stdout.on('data', (chunk) => {
        all += String(chunk);
        if (all.includes(line)) resolve();
      });
    });
  return {
    saying,
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    [Symbol.dispose]: () => void child.kill('SIGKILL'),
    async ended() {
      const [code] = await exited;
      return { code, lines: (await said).trimEnd().split('\n'), stderr: await complained };
    },
  };
}

describe.concurrent('a service', { timeout: 20_000 }, () => {
  test('releases what was registered, the last first, and exits with 0 on SIGTERM', async () => {
    using service = run(`
      onStop.defer(() => say('first released'));
      onStop.defer(() => say('second released, stopping: ' + stopping.aborted));`);
    await service.saying('ready');
    service.kill('SIGTERM');
    const { code, lines } = await service.ended();
    expect(lines).toEqual([
      'ready',
      expect.stringContaining('SIGTERM: stopping'),
      'second released, stopping: true',
      'first released',
      expect.stringMatching(/: stopped$/),
    ]);
    expect(code).toBe(0);
  });

  test('that is asked to stop while it starts stops cleanly, on SIGINT too', async () => {
    using service = run(`
      onStop.defer(() => say('released'));
      say('starting');
      await hang();`);
    await service.saying('starting');
    service.kill('SIGINT');
    const { code, lines } = await service.ended();
    expect(lines).toContain('released');
    expect(code).toBe(0);
  });

  test('that cannot start releases what it had, says why and exits with 1', async () => {
    using service = run(`
      onStop.defer(() => say('released'));
      throw new Error('the port is taken');`);
    const { code, lines } = await service.ended();
    expect(lines).toContainEqual(expect.stringContaining('FATAL: cannot start: the port is taken'));
    expect(lines).toContain('released');
    expect(lines).not.toContain('ready');
    expect(code).toBe(1);
  });

  test('does not start in a wrong environment: it lists all that is wrong and exits with 1', async () => {
    using service = run('', { COUNT: '99', ADMIN_PORT: 'x', PASSWORD: 'geheim' });
    const { code, lines, stderr } = await service.ended();
    expect(stderr).toMatch(/^demo: The environment is not right: 2 settings are wrong\.\n/);
    expect(stderr).toContain('COUNT (how many): expected a whole number from 1 to 9, found "99"');
    expect(stderr).toContain('ADMIN_PORT');
    expect(stderr).not.toContain('geheim');
    expect(lines).toEqual(['']);
    expect(code).toBe(1);
  });

  test('that gives up says why, releases what it had and exits with 1', async () => {
    using service = run(`
      onStop.defer(() => say('released'));
      setTimeout(() => life.fail('nothing to do for a minute'), 10);`);
    const { code, lines } = await service.ended();
    expect(lines).toContainEqual(expect.stringMatching(/FATAL: nothing to do for a minute$/));
    expect(lines).toContain('released');
    expect(code).toBe(1);
  });

  test('whose stop hangs is ended at once by a second signal, with 1', async () => {
    using service = run(`onStop.defer(() => { say('hanging'); return hang(); });`);
    await service.saying('ready');
    service.kill('SIGTERM');
    await service.saying('hanging');
    service.kill('SIGINT');
    const { code, lines } = await service.ended();
    expect(lines.at(-1)).toMatch(/FATAL: SIGINT again: ended at once$/);
    expect(code).toBe(1);
  });

  test('whose stop fails says why and exits with 1', async () => {
    using service = run(`onStop.defer(() => { throw new Error('the door is stuck'); });`);
    await service.saying('ready');
    service.kill('SIGTERM');
    const { code, lines } = await service.ended();
    expect(lines.at(-1)).toMatch(/FATAL: the stop failed: the door is stuck$/);
    expect(code).toBe(1);
  });

  test.each([
    ['an error', `setTimeout(() => { throw new Error('out of the blue'); }, 10);`],
    ['a rejection', `void Promise.reject(new Error('out of the blue'));`],
  ])('ends with 1 after %s that nobody caught, and says which', async (_what, start) => {
    using service = run(start);
    const { code, lines } = await service.ended();
    expect(lines.at(-1)).toMatch(/FATAL: an error that nobody caught: out of the blue$/);
    expect(code).toBe(1);
  });
});
