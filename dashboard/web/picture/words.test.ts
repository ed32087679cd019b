import { describe, expect, test } from 'vitest';
import { testFrame, testMiner } from '../../../tools/stack/frame-data.ts';
import type { Frame } from '../../frame/frame.ts';
import { describeAbandoned, describePicture } from './words.ts';

/** The picture of a frame in words. */
const words = (frame: Frame, revealed = true) => {
  const { rng, hasher } = frame.upstreams;
  return describePicture(frame, { rng: rng.pending, hasher: hasher.pending }, revealed);
};

describe('the picture in words', () => {
  test('says where the jobs are', () => {
    expect(words(testFrame({ miners: 10 }))).toBe(
      'Producer: producer-1 adds 10.0 jobs per second. Queue: 100 jobs waiting, 0 delayed. ' +
        '10 miners: 1 at work, 7 in line at rng, 1 served by rng, 1 served by hasher. ' +
        'rng: 1 replica. hasher: 1 replica. Redis: 3,000 loops, 12 coins.',
    );
  });

  test('does not say where the jobs are before that is revealed', () => {
    const text = words(testFrame({ miners: 10 }), false);
    expect(text).toContain('10 miners with 10 jobs.');
    expect(text).not.toMatch(/line|served/);
  });

  test('says what is wrong', () => {
    const frame = testFrame({ miners: 2 });
    frame.producer.leader = null;
    frame.queue.paused = true;
    frame.fleet.push(testMiner({ lost: true }));
    frame.abandoned = [{ id: '1', miner: 'miner-3', expiresMs: 1000 }];
    frame.upstreams.rng.avoided = [{ name: 'rng-1', reason: 'timeout' }];
    const text = words(frame);
    expect(text).toContain('Producer: no leader.');
    expect(text).toContain('Queue, paused: 100 jobs waiting');
    expect(text).toContain('2 miners and 1 lost:');
    expect(text).toContain('Job of miner-3: lock expires in');
    expect(text).toContain('rng: 1 replica, 1 avoided.');
  });

  test('has no jobs without miners', () => {
    expect(words(testFrame({ miners: 0 }))).toContain(' 0 miners. ');
  });

  test('says that nobody asks rng while the queue is paused', () => {
    const frame = testFrame({ miners: 10 }, { rng: null });
    Object.assign(frame.upstreams.rng, { replicas: [], pending: 0 });
    expect(words(frame)).toContain('rng: not in use.');
  });

  test('does not guess', () => {
    const frame = testFrame({ miners: 10 }, { rng: null });
    frame.upstreams.rng.replicas = [];
    const text = words(frame);
    expect(text).toContain('8 at rng');
    expect(text).toContain('rng: replicas not reported.');
  });
});

test('the job of a dead miner waits for its lock to expire', () => {
  const job = { id: '1', miner: 'miner-3' };
  expect(describeAbandoned({ ...job, expiresMs: 16_200 })).toBe(
    'Job of miner-3: lock expires in 17\u00a0s',
  );
  expect(describeAbandoned({ ...job, expiresMs: 0 })).toBe(
    'Job of miner-3: lock expired; a running miner’s next check returns it to the queue',
  );
});
