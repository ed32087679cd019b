/**
 * Follows the workshop's text with Compose, as a project of its own, on other ports.
 * @module
 */
import { afterAll, beforeAll } from 'vitest';
import { compose } from '../../tools/stack/compose.ts';
import { until } from '../../tools/stack/until.ts';
import { followText } from '../workshop/follow.ts';
import { WORK } from '../workshop/known-commands.ts';
import { runInShell, runUntil, startInShell, type ShellCommand } from '../workshop/shell.ts';

const PORTS = { DASHBOARD_PORT: '8020', RNG_PORT: '8021', HASHER_PORT: '8022' };
const ENV = { COMPOSE_PROJECT_NAME: 'dockercoins-workshop', COMPOSE_ANSI: 'never', ...PORTS };
const DASHBOARD = `http://127.0.0.1:${PORTS.DASHBOARD_PORT}`;

const down = () => compose(['down', '--volumes', '--remove-orphans'], ENV);

beforeAll(async () => {
  await down();
  await compose(['build'], ENV);
});

afterAll(async () => {
  await stopUp();
  await down();
});

/** Replaces the ports of the text with those of the stack. */
const withPorts = (command: string) =>
  command
    .replace('localhost:8000', `localhost:${PORTS.DASHBOARD_PORT}`)
    .replace('localhost:8001', `localhost:${PORTS.RNG_PORT}`)
    .replace('localhost:8002', `localhost:${PORTS.HASHER_PORT}`);

/** `docker compose up`, in a terminal of its own until the text stops it. */
let up: ShellCommand | undefined;

async function stopUp(): Promise<void> {
  up?.interrupt();
  await up?.ended;
  up = undefined;
}

followText('compose', {
  async run(command) {
    if (command === 'docker compose up') {
      const started = startInShell(command, ENV);
      up = started;
      await until('a miner has worked', () => WORK.test(started.output()));
      return started.output();
    }
    if (command === 'docker compose up -d') await stopUp();
    return runInShell(withPorts(command), ENV);
  },
  runUntil: (command, pattern) => runUntil(command, ENV, pattern),
  dashboard: () => DASHBOARD,
});
