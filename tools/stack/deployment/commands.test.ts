import { describe, expect, test } from 'vitest';
import { composeCommands, processCommands } from './commands.ts';

const ONE = { scale: { miner: 1, rng: 1 }, fast: false, settings: {} };
const SLOW = { RNG_DELAY_MS: '500' };

describe('the commands for processes', () => {
  test('start the stack, with options only if they are needed', () => {
    expect(processCommands.start(ONE)).toBe('npm start');
    expect(processCommands.start({ ...ONE, scale: { miner: 3 }, settings: SLOW })).toBe(
      'RNG_DELAY_MS=500 npm start -- --scale miner=3',
    );
    expect(processCommands.start({ ...ONE, fast: true })).toBe('npm start -- --fast');
  });

  test('scale it, with settings for the replicas that are added', () => {
    expect(processCommands.scale({ miner: 10, rng: 4 })).toBe('npm run scale miner=10 rng=4');
    expect(processCommands.scale({ rng: 2 }, SLOW)).toBe('npm run scale rng=2 RNG_DELAY_MS=500');
  });

  test('signal a process', () => {
    expect(processCommands.signal({ id: '4711' }, 'SIGKILL')).toBe('kill -9 4711');
    expect(processCommands.signal({ id: '4711' }, 'SIGSTOP')).toBe('kill -STOP 4711');
  });
});

describe('the commands for Compose', () => {
  test('start the stack', () => {
    expect(composeCommands.start({ ...ONE, scale: { miner: 10 } })).toBe(
      'docker compose up -d --scale miner=10',
    );
    expect(composeCommands.start({ ...ONE, fast: true })).toBe(
      'docker compose -f compose.yaml -f compose.fast.yaml up -d',
    );
  });

  test('scale it, with settings for the replicas that are added', () => {
    expect(composeCommands.scale({ miner: 10, rng: 4 })).toBe(
      'docker compose scale miner=10 rng=4',
    );
    expect(composeCommands.scale({ rng: 1 }, SLOW)).toBe(
      'RNG_DELAY_MS=500 docker compose up -d --no-deps --no-recreate --scale rng=1 rng',
    );
  });

  test('signal a container', () => {
    const container = { id: 'dockercoins-miner-2' };
    expect(composeCommands.signal(container, 'SIGKILL')).toBe('docker kill dockercoins-miner-2');
    expect(composeCommands.signal(container, 'SIGSTOP')).toBe(
      'docker kill --signal SIGSTOP dockercoins-miner-2',
    );
  });
});
