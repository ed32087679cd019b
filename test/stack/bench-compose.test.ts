/**
 * The benchmarks of the Compose stack, with a `docker` that only records how it is called.
 * @module
 */
import { spawn } from 'node:child_process';
import { chmod, mkdtempDisposable, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { exitOf } from '../../tools/stack/exit-of.ts';

/** What `docker compose ps` prints about a stack whose dashboard does not respond. */
const ROWS = ['dashboard:80', 'forwarder:8001', 'forwarder:8002'].map((published) => {
  const [Service = '', port] = published.split(':');
  const Publishers = [{ TargetPort: Number(port), PublishedPort: 1 }];
  return JSON.stringify({ Name: `x-${Service}-1`, Project: 'x', Service, Publishers });
});

/** Once the stack is up, the benchmark gets a signal. */
const DOCKER = `#!/bin/sh
echo "$COMPOSE_PROJECT_NAME: $*" >> "$LOG"
case "$*" in
  'compose exec'*) kill -TERM $PPID ;;
  'compose '*' ps '*|'compose ps '*) echo '${ROWS.join("'; echo '")}' ;;
  'volume ls '*) echo "$VOLUMES" ;;
esac
`;

/** Runs a benchmark, and returns its exit status, its errors, and the calls of `docker`. */
async function bench(name: string, volumes = '') {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'dockercoins-docker-'));
  const log = join(folder.path, 'log');
  await writeFile(join(folder.path, 'docker'), DOCKER);
  await chmod(join(folder.path, 'docker'), 0o755);
  const PATH = [folder.path, process.env['PATH']].join(delimiter);
  const child = spawn(process.execPath, [`tools/bench/${name}.ts`], {
    env: { ...process.env, PATH, LOG: log, VOLUMES: volumes, COMPOSE_PROJECT_NAME: 'mine' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [status, errors] = await Promise.all([exitOf(child, name), text(child.stderr)]);
  return { status, errors, calls: (await readFile(log, 'utf8')).trim().split('\n') };
}

test.each(['compose', 'images'])(
  'bench:%s measures in a project of its own, and removes it after a signal',
  async (name) => {
    const { status, errors, calls } = await bench(name);
    expect(status).toBe(1);
    expect(errors).toContain('removing the stack');
    expect(calls.filter((call) => call.includes('.project='))).toHaveLength(3);
    const compose = calls.filter((call) => call.includes(': compose '));
    for (const call of compose) expect(call).toMatch(/^dockercoins-bench: /);
    expect(compose.at(-1)).toContain(' down --volumes');
  },
);

test.each(['compose', 'images'])(
  'bench:%s leaves a project of this name that exists already alone',
  async (name) => {
    const { status, errors, calls } = await bench(name, 'volume dockercoins-bench_redis');
    expect(status).toBe(1);
    expect(errors).toContain('dockercoins-bench exists already (volume dockercoins-bench_redis)');
    expect(calls.filter((call) => call.includes(': compose '))).toEqual([]);
  },
);
