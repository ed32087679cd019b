import { describe, expect, test } from 'vitest';
import { testFrame, testMiner } from '../../tools/stack/frame-data.ts';
import type { Way } from './frame.ts';
import { commandsOf, WAYS } from './commands.ts';
import { problemsOf, type Symptoms } from './problems.ts';

const usual = testFrame({ miners: 3 });

/** Returns the problems of a stack that is well except for these symptoms. */
function diagnose(symptoms: Partial<Symptoms>) {
  return problemsOf({
    ...usual,
    lastLoopMs: 100,
    loopMs: 300,
    missing: { leaderMs: 0, jobsMs: 0 },
    growingMs: 0,
    commands: commandsOf('compose'),
    ...symptoms,
  });
}

const texts = (symptoms: Partial<Symptoms>) => diagnose(symptoms).map(({ text }) => text);

const failing = (errors: number, reason: string) => ({
  ...usual.upstreams.rng,
  replicas: [],
  failures: { miners: 3, errors, reason },
});

test('a healthy stack has no problems', () => {
  expect(diagnose({})).toEqual([]);
});

describe('rng', () => {
  const withRng = (rng: Symptoms['upstreams']['rng']) => ({
    upstreams: { ...usual.upstreams, rng },
  });

  test.each([
    ['ECONNREFUSED'],
    ['ENOTFOUND'],
    ['no complete response within 10000 ms'],
    ['no connection within 2000 ms'],
    ['connection closed'],
  ])('does not answer: %s', (reason) => {
    expect(diagnose(withRng(failing(15, reason)))).toMatchObject([
      {
        part: 'rng',
        severity: 'error',
        text: `rng does not answer (3 miners, 15 errors: ${reason}).`,
        advice: expect.stringContaining('docker compose start rng') as string,
      },
    ]);
  });

  test('may have no replica left to start', () => {
    for (const name of ['rng', 'hasher'] as const) {
      const down = { ...failing(15, 'ENOTFOUND'), reports: true };
      const [problem] = diagnose({ upstreams: { ...usual.upstreams, [name]: down } });
      expect(problem?.advice).toContain(`\`docker compose scale ${name}=1\``);
    }
  });

  test('answers with errors', () => {
    expect(texts(withRng(failing(1, 'expected status 200, got 500')))).toEqual([
      'rng answers with errors (3 miners, 1 error: expected status 200, got 500).',
    ]);
  });

  test('fails some of the requests', () => {
    const rng = { ...failing(2, 'ECONNRESET'), replicas: usual.upstreams.rng.replicas };
    expect(texts(withRng(rng))).toEqual([
      'Some requests to rng failed in the last 10 seconds (3 miners, 2 errors: ECONNRESET).',
    ]);
  });

  test('fails the requests of one miner', () => {
    const failures = { miners: 1, errors: 2, reason: 'expected status 200, got 404' };
    expect(texts(withRng({ ...usual.upstreams.rng, failures }))).toEqual([
      'Some requests to rng failed in the last 10 seconds (1 of 3 miners, 2 errors: expected status 200, got 404).',
    ]);
  });

  test('has a replica that does not answer', () => {
    const avoided = [{ name: 'rng-2', reason: 'no complete response within 1000 ms' }];
    expect(diagnose(withRng({ ...usual.upstreams.rng, avoided }))).toMatchObject([
      {
        severity: 'warning',
        text: '1 of 2 rng replicas does not answer (rng-2: no complete response within 1000 ms). Miners use the others.',
      },
    ]);
  });

  test('leaves requests without an answer', () => {
    const rng = { ...usual.upstreams.rng, pending: 3 };
    const hasher = { ...usual.upstreams.hasher, pending: 0 };
    expect(texts({ speed: 0, lastLoopMs: 8000, upstreams: { rng, hasher } })).toEqual([
      'No loop has completed for 8 s: 3 requests to rng without an answer.',
    ]);
    expect(texts({ speed: 0, lastLoopMs: 8000, loopMs: 30_000 })).toEqual([]);
  });
});

describe('the queue', () => {
  const withQueue = (queue: Partial<Symptoms['queue']>) => ({
    queue: { ...usual.queue, ...queue },
  });

  const PAUSED = { paused: true, pausedNames: ['loops'] };

  test('is paused; users with a password resume it here', () => {
    expect(texts(withQueue(PAUSED))).toEqual(['The queue is paused: miners take no jobs.']);
    expect(diagnose(withQueue(PAUSED))[0]?.advice).toContain('BOARD_PASSWORD');
    const writable = diagnose({ ...withQueue(PAUSED), writable: true });
    expect(writable[0]?.advice).not.toContain('BOARD_PASSWORD');
  });

  test('is one of several, of which some are paused', () => {
    const names = ['loops-1', 'loops-2', 'loops-3'];
    expect(texts(withQueue({ names, pausedNames: ['loops-2'] }))).toEqual([
      'Paused: loops-2 (1 of 3 queues). Miners take no jobs from it.',
    ]);
    expect(texts(withQueue({ names, pausedNames: ['loops-1', 'loops-2'] }))).toEqual([
      'Paused: loops-1 and loops-2 (2 of 3 queues). Miners take no jobs from them.',
    ]);
    expect(diagnose(withQueue({ names, rate: 2 }))[0]?.advice).toContain(
      '`redis-cli HDEL bull:loops-1:meta max duration`, and the same for the other queues',
    );
    const tagged = withQueue({ names: ['{loops}'], rate: 2 });
    expect(diagnose(tagged)[0]?.advice).toContain(
      "`redis-cli HDEL 'bull:{loops}:meta' max duration`.",
    );
  });

  test('is limited', () => {
    expect(texts(withQueue({ rate: 2.5 }))).toEqual([
      'The queue allows only 2.5 jobs per second (global rate limit), however many miners there are.',
    ]);
    expect(texts(withQueue({ rate: 0.2, limitedMs: 2340 }))).toEqual([
      'The queue allows only 1 job every 5.0 s (global rate limit), however many miners there are; the next one in 2.3 s.',
    ]);
  });

  test('allows fewer jobs at a time than the miners could process', () => {
    expect(texts(withQueue({ concurrency: 1 }))).toEqual([
      'The queue allows only 1 job at a time (global concurrency); the miners could process 3.',
    ]);
    expect(texts(withQueue({ concurrency: 3 }))).toEqual([]);
  });

  test('has no producer', () => {
    const nobody = { producer: { leader: null, target: null, fixedRate: false, dropped: 0 } };
    expect(texts({ ...nobody, missing: { leaderMs: 2000, jobsMs: 0 } })).toEqual([]);
    expect(texts({ ...nobody, missing: { leaderMs: 3000, jobsMs: 0 } })).toEqual([
      '100 jobs left, and no producer holds the lease.',
    ]);
    expect(diagnose({ ...nobody, missing: { leaderMs: 3000, jobsMs: 0 } })[0]?.advice).toContain(
      '`docker compose scale producer=1`',
    );
    const empty = withQueue({ waiting: 0 });
    expect(texts({ ...nobody, ...empty, missing: { leaderMs: 9000, jobsMs: 9000 } })).toEqual([
      'The queue is empty: no producer holds the lease.',
    ]);
  });

  test('is empty although a producer leads', () => {
    expect(texts({ ...withQueue({ waiting: 0 }), missing: { leaderMs: 0, jobsMs: 3000 } })).toEqual(
      ['The queue is empty: miners wait for jobs, although producer-1 holds the lease.'],
    );
  });
});

describe('if jobs arrive at a fixed rate, the queue', () => {
  const producer = { leader: 'producer-1', target: null, fixedRate: true, dropped: 0 };
  const growing = { ...usual.queue, waiting: 50, added: 12, growth: 2 };

  test('grows if the miners are too slow', () => {
    const long = diagnose({ producer, queue: growing, speed: 10, growingMs: 1_264_000 });
    expect(long[0]?.text).toContain('growing for 21 min: ');
    expect(diagnose({ producer, queue: growing, speed: 10, growingMs: 12_300 })).toMatchObject([
      {
        part: 'producer',
        severity: 'warning',
        text: 'The backlog has been growing for 12 s: 12.0 jobs/s arrive, and the miners complete 10.0.',
      },
    ]);
  });

  test('may reach its limit, and jobs are dropped', () => {
    const dropping = { producer: { ...producer, dropped: 2.04 } };
    const queue = { ...growing, waiting: 20_000, growth: 0 };
    expect(diagnose({ ...dropping, queue })).toMatchObject([
      {
        part: 'producer',
        severity: 'warning',
        text: 'The backlog has reached its limit of 20,000 jobs: the producer drops the rest (2.0/s).',
        advice: expect.stringContaining('`PRODUCER_RATE`') as string,
      },
    ]);
    expect(texts({ ...dropping, queue: { ...queue, names: ['loops-1', 'loops-2'] } })).toEqual([
      expect.stringContaining('its limit of 20,000 jobs per queue'),
    ]);
  });

  test('may be empty or drain', () => {
    const empty = { ...usual.queue, waiting: 0, growth: 0 };
    const missing = { leaderMs: 0, jobsMs: 60_000 };
    expect(diagnose({ producer, queue: empty, missing })).toEqual([]);
    expect(diagnose({ producer, queue: { ...growing, growth: -2 } })).toEqual([]);
  });

  test('may grow a little, or for a short time', () => {
    const long = { producer, growingMs: 60_000 };
    expect(diagnose({ ...long, queue: { ...growing, growth: 0.4 }, speed: 10 })).toEqual([]);
    expect(diagnose({ ...long, queue: { ...growing, growth: 40 }, speed: 1000 })).toEqual([]);
    expect(diagnose({ producer, queue: growing, speed: 10, growingMs: 9000 })).toEqual([]);
  });

  test('is not said to grow if that has another reason', () => {
    const paused = { ...growing, paused: true, pausedNames: ['loops'] };
    const long = { producer, speed: 10, growingMs: 60_000 };
    expect(texts({ ...long, queue: paused })).toEqual([expect.stringContaining('is paused')]);
    expect(texts({ ...long, queue: growing, fleet: [] })).toEqual([
      expect.stringContaining('No miner is running'),
    ]);
  });

  test('has no producer', () => {
    const nobody = { producer: { ...producer, leader: null } };
    expect(texts({ ...nobody, missing: { leaderMs: 3000, jobsMs: 3000 } })).toHaveLength(1);
  });
});

test('a backlog that is refilled may grow', () => {
  expect(diagnose({ queue: { ...usual.queue, growth: 50 }, growingMs: 60_000 })).toEqual([]);
});

describe('the miners', () => {
  const lost = testMiner({ name: 'miner-3', lost: true, silentMs: 7000 });

  test('do not exist', () => {
    expect(diagnose({ fleet: [] })).toMatchObject([
      {
        part: 'miner',
        severity: 'error',
        text: 'No miner is running.',
        advice: expect.stringContaining('docker compose scale miner=1') as string,
      },
    ]);
  });

  test('are all dead', () => {
    expect(texts({ fleet: [lost] })).toEqual(['No miner is running. miner-3 died or froze.']);
  });

  test('do not report', () => {
    expect(diagnose({ fleet: [], source: 'hashes' })).toMatchObject([
      { severity: 'warning', text: expect.stringContaining('do not report') as string },
    ]);
  });

  test('are incomplete, and a job waits for its lock to expire', () => {
    const abandoned = [{ id: '7', miner: 'miner-3', expiresMs: 16_400 }];
    expect(texts({ fleet: [...usual.fleet, lost], abandoned })).toEqual([
      '1 job lost by miner-3, which died, froze, or lost Redis (its lock expires in 17 s).',
    ]);
  });

  test('left more jobs behind than are read', () => {
    const jobs = (amount: number) =>
      Array.from({ length: amount }, (_, i) => ({
        id: String(i),
        miner: `miner-${(i % 5) + 1}`,
        expiresMs: -i,
      }));
    const lostBy = 'lost by miner-1, miner-2, miner-3 and 2 more, which died, froze, or lost Redis';
    const text = (amount: number) => texts({ abandoned: jobs(amount) });
    expect(text(199)).toEqual([`199 jobs ${lostBy} (the last lock has expired).`]);
    expect(text(200)).toEqual([`At least 200 jobs ${lostBy} (the last lock has expired).`]);
  });

  test('are incomplete', () => {
    const miner4 = { ...lost, name: 'miner-4' };
    expect(texts({ fleet: [...usual.fleet, miner4] })).toEqual(['miner-4 has stopped reporting.']);
    expect(texts({ fleet: [...usual.fleet, lost] })).toEqual([]); // restarted: another miner-3 reports
  });
});

describe('Redis', () => {
  const redis = (values: Partial<Symptoms['redis']>) => ({
    redis: { ...usual.redis, used: 5e6, max: 4e6, ...values },
  });

  test('is full; what follows from that is not listed', () => {
    const symptoms = redis({ refusal: "OOM command not allowed when used memory > 'maxmemory'." });
    expect(texts({ ...symptoms, fleet: [], speed: 0, lastLoopMs: 60_000 })).toEqual([
      'Redis refuses writes: it is full (4.8 MiB of 3.8 MiB). Mining stops within a minute.',
    ]);
  });

  test('is read-only', () => {
    expect(
      texts(redis({ refusal: "READONLY You can't write against a read only replica." })),
    ).toEqual(['Redis refuses writes: it is a read-only replica. Nothing is mined.']);
  });

  test('is too old to name the error of a script', () => {
    const refusal = 'ERR Error running script (call to f_87a0): @user_script:1: @user_script: 1: -';
    expect(texts(redis({ refusal: `${refusal}MISCONF Redis is configured to` }))).toEqual([
      'Redis refuses writes: it cannot save its data to disk. Nothing is mined.',
    ]);
  });

  test('refuses writes for an unknown reason', () => {
    expect(diagnose(redis({ refusal: 'ERR unknown' }))).toMatchObject([
      {
        text: 'Redis refuses writes: ERR unknown. Nothing is mined.',
        advice: expect.stringContaining('docker compose logs --tail 20 redis') as string,
      },
    ]);
  });

  test('is Valkey, so commands are for valkey-cli', () => {
    const valkey = redis({ max: null, cli: 'valkey-cli' });
    const advice = (symptoms: Partial<Symptoms>) => diagnose({ ...valkey, ...symptoms })[0]?.advice;
    expect(advice(redis({ cli: 'valkey-cli' }))).toContain('`valkey-cli DEL wallet`');
    const queue = { ...usual.queue, concurrency: 1 };
    expect(advice({ queue })).toContain('`valkey-cli HDEL bull:loops:meta concurrency`');
  });

  test('is nearly full', () => {
    expect(texts(redis({ used: 3.3e6 }))).toEqual([
      'Redis uses 82% of its memory. Mining stops when it is full.',
    ]);
  });
});

test('errors come before warnings', () => {
  const problems = diagnose({ fleet: [], queue: { ...usual.queue, pausedNames: ['loops'] } });
  expect(problems.map(({ part }) => part)).toEqual(['miner', 'queue']);
});

describe('advice', () => {
  const redisOf = (values: Partial<Symptoms['redis']>) => ({
    redis: { ...usual.redis, ...values },
  });
  const queueOf = (values: Partial<Symptoms['queue']>) => ({
    queue: { ...usual.queue, ...values },
  });
  const upstream = (name: 'rng' | 'hasher', values: Partial<Symptoms['upstreams']['rng']>) => ({
    upstreams: { ...usual.upstreams, [name]: { ...usual.upstreams[name], ...values } },
  });
  const failures = { miners: 3, errors: 2, reason: 'ECONNRESET' };
  const avoided = [{ name: 'rng-2', reason: 'ECONNREFUSED' }];
  const nobody = { leader: null, target: null, fixedRate: false, dropped: 0 };
  const fixed = { ...nobody, leader: 'producer-1', fixedRate: true };
  const lost = testMiner({ name: 'miner-4', lost: true });
  const growing = { waiting: 50, added: 12, growth: 2 };
  const EACH: Partial<Symptoms>[] = [
    redisOf({ refusal: 'ERR unknown' }),
    ...['OOM', 'READONLY', 'NOPERM', 'NOAUTH', 'MISCONF', 'LOADING'].map((refusal) =>
      redisOf({ refusal }),
    ),
    redisOf({ used: 9, max: 10 }),
    queueOf({ paused: true, pausedNames: ['loops'] }),
    queueOf({ concurrency: 1 }),
    queueOf({ rate: 4 }),
    { fleet: [] },
    { fleet: [lost] },
    { fleet: [], source: 'hashes' },
    ...(['rng', 'hasher'] as const).flatMap((name) => [
      upstream(name, { failures }),
      upstream(name, { failures, replicas: [] }),
      upstream(name, { avoided }),
      { ...upstream(name, { pending: 3 }), speed: 0, lastLoopMs: 60_000 },
    ]),
    { producer: nobody, missing: { leaderMs: 9000, jobsMs: 0 } },
    { ...queueOf({ waiting: 0 }), missing: { leaderMs: 0, jobsMs: 9000 } },
    { producer: fixed, ...queueOf(growing), speed: 10, growingMs: 20_000 },
    { producer: { ...fixed, dropped: 2 } },
    { fleet: [...usual.fleet, lost] },
    { abandoned: [{ id: 'loops 7', miner: 'miner-3', expiresMs: 5000 }] },
  ];

  const URLS = { npm: 'redis://127.0.0.1:28496', compose: 'redis://redis:6379' };

  /** Every problem's advice, and that against an outage of Redis. */
  function adviceFor(way: Way): string[] {
    const commands = commandsOf(way, { REDIS_URL: way === 'npm' ? URLS.npm : URLS.compose });
    const problems = EACH.map(({ redis = usual.redis, ...symptoms }) =>
      diagnose({ ...symptoms, redis: { ...redis, cli: commands.redis('redis-cli') }, commands }),
    );
    for (const found of problems) expect(found).toHaveLength(1);
    return [
      ...problems.flat().map(({ advice }) => advice),
      commands.restart('redis'),
      commands.retryFailed,
    ];
  }

  const OF: Record<Way, RegExp> = {
    npm: /\bnpm\b|`(?:redis|valkey)-cli|\bPID\b/,
    compose: /docker compose/,
    swarm: /docker (?:service|exec|ps)|dockercoins_/,
    kubernetes: /kubectl/,
  };

  test.each(WAYS)('has only the commands of the way in which the stack was started: %s', (way) => {
    const advice = adviceFor(way);
    for (const other of WAYS.filter((it) => it !== way)) {
      for (const text of advice) expect(text).not.toMatch(OF[other]);
    }
    expect(advice.filter((text) => OF[way].test(text)).length).toBeGreaterThan(12);
    expect(advice.join()).not.toMatch(/without containers/i);
  });

  test.each([
    ['npm', 'redis://127.0.0.1:28496', '`redis-cli -p 28496 HDEL bull:loops:meta concurrency`'],
    ['npm', 'redis://db.lan', '`redis-cli -h db.lan -p 6379 HDEL'],
    ['compose', 'redis://redis:6379', '`docker compose exec redis redis-cli HDEL'],
    [
      'compose',
      'rediss://u:hidden@db:1/2',
      '`redis-cli -h db -p 1 --tls --user u --askpass -n 2 H',
    ],
    ['compose', 'redis+sentinel://s1,s2/coins', '`redis-cli -h MASTER HDEL'],
    ['kubernetes', 'redis+cluster://c1:7000', '`redis-cli -h c1 -p 7000 -c HDEL'],
    [
      'kubernetes',
      'redis://redis',
      '`kubectl -n dockercoins exec statefulset/redis -- redis-cli H',
    ],
    ['swarm', 'redis://redis', 'redis-cli "$@"\' - HDEL bull:loops:meta concurrency`'],
  ] as const)('with %s and %s, reaches the Redis of the stack', (way, url, command) => {
    const commands = commandsOf(way, { REDIS_URL: url });
    const redis = { ...usual.redis, cli: commands.redis('redis-cli') };
    const [problem] = diagnose({ ...queueOf({ concurrency: 1 }), redis, commands });
    expect(problem?.advice).toContain(command);
    expect(problem?.advice).not.toContain('hidden');
  });

  test('never contains the password from REDIS_PASSWORD', () => {
    const commands = commandsOf('npm', { REDIS_URL: URLS.npm, REDIS_PASSWORD: 'hidden' });
    expect(commands.redis('valkey-cli')).toBe('valkey-cli -p 28496 --askpass');
  });
});
