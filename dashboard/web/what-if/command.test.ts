import { expect, test } from 'vitest';
import { parseLocalArgs } from '../../../local/args.ts';
import type { VariedReplicas } from '../../frame/frame.ts';
import { commandFor, slowNamesIn } from './command.ts';
import type { Setup } from './setup.ts';

const setup = (miner: number, rng: number, settings: Setup['settings'] = {}): Setup => ({
  scale: { miner, rng, hasher: 1 },
  settings,
});

test('nothing needs to be typed for what is running', () => {
  expect(commandFor('npm', setup(2, 1, { RNG_SLOTS: 2 }), setup(2, 1, { RNG_SLOTS: 2 }))).toBe(
    undefined,
  );
});

test.each([
  ['npm', 'npm run scale miner=10 rng=4'],
  ['compose', 'docker compose scale miner=10 rng=4'],
  ['swarm', 'docker service scale dockercoins_miner=10 dockercoins_rng=4'],
  [
    'kubernetes',
    'kubectl -n dockercoins scale deployment/miner --replicas=10\nkubectl -n dockercoins scale deployment/rng --replicas=4',
  ],
] as const)('other replicas keep the settings: %s', (way, text) => {
  const settings = { RNG_SLOTS: 2 };
  expect(commandFor(way, setup(2, 1, settings), setup(10, 4, settings))).toEqual({
    text,
    note: '',
  });
});

test.each([
  ['npm', 'RNG_SLOTS=2 MINER_CONCURRENCY=4 RNG_DELAY_MS=100 npm start -- --scale miner=3'],
  [
    'compose',
    'RNG_SLOTS=2 MINER_CONCURRENCY=4 RNG_DELAY_MS=100 docker compose up -d --scale miner=3 --scale rng=1 --scale hasher=1',
  ],
  [
    'swarm',
    'docker service update --env-add MINER_CONCURRENCY=4 dockercoins_miner\ndocker service update --env-add RNG_DELAY_MS=100 dockercoins_rng\ndocker service scale dockercoins_miner=3',
  ],
  [
    'kubernetes',
    'kubectl -n dockercoins set env deployment/miner MINER_CONCURRENCY=4\nkubectl -n dockercoins set env deployment/rng RNG_DELAY_MS=100\nkubectl -n dockercoins scale deployment/miner --replicas=3',
  ],
] as const)('other settings: %s', (way, text) => {
  const running = setup(2, 1, { RNG_SLOTS: 2, RNG_DELAY_MS: 40 });
  const wanted = setup(3, 1, { RNG_SLOTS: 2, MINER_CONCURRENCY: 4 });
  expect(commandFor(way, running, wanted)?.text).toBe(text);
});

test('npm start understands the command', () => {
  const text = commandFor('npm', setup(1, 1), setup(3, 2, { PRODUCER_RATE: 6 }))?.text ?? '';
  const [before, after = ''] = text.split(' npm start -- ');
  expect(before).toBe('PRODUCER_RATE=6');
  expect(parseLocalArgs(after.split(' ')).scale).toMatchObject({ miner: 3, rng: 2, hasher: 1 });
  expect(commandFor('npm', setup(1, 1), setup(1, 1, { PRODUCER_RATE: 6 }))?.text).toBe(
    'PRODUCER_RATE=6 npm start',
  );
});

test('a slow replica keeps its name', () => {
  const slow = { RNG_SLOW_REPLICA: 'rng-1', RNG_SLOW_FACTOR: 3 };
  const wanted = setup(1, 2, { ...slow, RNG_SLOTS: 2 });
  const { text } =
    commandFor('npm', setup(1, 2, slow), wanted, { RNG_SLOW_REPLICA: 'rng-2' }) ?? {};
  expect(text).toBe(
    'RNG_SLOW_REPLICA=rng-2 RNG_SLOW_FACTOR=3 RNG_SLOTS=2 npm start -- --scale rng=2',
  );
});

test('names of slow replicas are in the variations', () => {
  const variations: VariedReplicas[] = [
    { service: 'rng', names: ['rng-2'], variation: { slower: 5 } },
    { service: 'hasher', names: ['hasher-1'], variation: { errors: 0.05 } },
    { service: 'hasher', names: null, variation: { slower: 2 } },
  ];
  expect(slowNamesIn(variations)).toEqual({ RNG_SLOW_REPLICA: 'rng-2' });
});
