/**
 * The stack fulfills the contract while it mines, and mines with another hasher that does.
 * @module
 */
import { expect, test } from 'vitest';
import { runCommand } from '../support/run-command.ts';
import { startStackProcess } from '../../tools/stack/stack.ts';
import { until } from '../../tools/stack/until.ts';
import { startTinyHasher } from '../support/tiny-parts.ts';

test('npm run conformance finds nothing wrong with a stack of three miners', async () => {
  await using stack = await startStackProcess({ args: ['--scale', 'miner=3'] });
  await until('a coin is found', async () => ((await stack.frame())?.coins ?? 0) > 0);
  const [rng = '', hasher = ''] = [stack.rng[0], stack.hasher[0]];
  const { stdout, status } = await runCommand([
    ...['conformance', '--rng', rng, '--hasher', hasher],
    ...['--redis', stack.redis, '--dashboard', stack.dashboard],
  ]);
  const lines = stdout.trim().split('\n');
  expect(lines.filter((line) => !line.startsWith('ok '))).toEqual([
    'skip redis: about one hash in 16 is a coin: fewer than 2000 hashes',
    '49 passed, 0 failed, 1 skipped',
  ]);
  expect(status).toBe(0);
});

test('a hasher that passes can replace ours', async () => {
  await using hasher = await startTinyHasher({});
  expect(await runCommand(['conformance', '--hasher', hasher.origin])).toMatchObject({ status: 0 });
  const env = { HASHER_URL: hasher.origin };
  await using stack = await startStackProcess({ args: ['--scale', 'hasher=0'], env });
  await until('the stack mines', async () => ((await stack.frame())?.coins ?? 0) > 0);
});
