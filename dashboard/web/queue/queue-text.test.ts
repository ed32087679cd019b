import { describe, expect, test } from 'vitest';
import type { Frame, QueueView } from '../../frame/frame.ts';
import { testFrame } from '../../../tools/stack/frame-data.ts';
import { abandonedText, backlogText, nextText, producerText } from './queue-text.ts';

const frame = (queue: Partial<QueueView> = {}, values: Partial<Frame> = {}) => {
  const usual = testFrame();
  return { ...usual, queue: { ...usual.queue, ...queue }, ...values };
};

test('the age of the next job is measured', () => {
  expect(nextText(frame({ nextAgeMs: 10_140 }).queue)).toBe(
    'The next job to run was added 10 s ago.',
  );
  expect(nextText(frame({ nextAgeMs: null }).queue)).toBe('');
});

describe('backlogText', () => {
  test('explains with Little’s law how long a job waits in a full backlog', () => {
    expect(backlogText(frame())).toBe(
      '100 waiting jobs ÷ 3.3 jobs/s = 30 s in the queue (Little’s law). ' +
        'The producer keeps 100 jobs waiting on purpose, so miners never run out of work.',
    );
  });

  test('uses the target of the producer', () => {
    const text = backlogText(
      frame(
        { waiting: 1950 },
        { producer: { leader: 'producer-1', target: 2000, fixedRate: false, dropped: 0 } },
      ),
    );
    expect(text).toContain('1,950 waiting jobs');
    expect(text).toContain('keeps 2,000 jobs waiting');
  });

  test('does not claim that the producer keeps a backlog that is not full, or without a target', () => {
    expect(backlogText(frame({ waiting: 50 }))).not.toContain('on purpose');
    expect(
      backlogText(
        frame({}, { producer: { leader: null, target: null, fixedRate: false, dropped: 0 } }),
      ),
    ).not.toContain('on purpose');
  });

  test('says how fast the backlog drains, and when it will be empty', () => {
    const text = backlogText(frame({ waiting: 100, delayed: 10, growth: -10 / 3 }));
    expect(text).toBe('Draining by 3.3 jobs/s: empty in 30 s.');
  });

  test('says how fast the backlog grows, even if nothing is mined', () => {
    expect(backlogText(frame({ growth: 2 }, { speed: 0 }))).toBe('Growing by 2.0 jobs/s.');
  });

  test('ignores small changes, in jobs per second and relative to the speed', () => {
    expect(backlogText(frame({ growth: 0.5 }))).toContain('Little’s law');
    expect(backlogText(frame({ growth: -90 }, { speed: 1000 }))).toContain('Little’s law');
  });

  test('is empty if nothing waits or nothing is mined', () => {
    expect(backlogText(frame({ waiting: 0 }))).toBe('');
    expect(backlogText(frame({}, { speed: 0.04 }))).toBe('');
    expect(backlogText(frame({}, { speed: null }))).toBe('');
  });

  test('is empty if the miners do not use the queue', () => {
    expect(backlogText(frame({}, { source: 'hashes' }))).toBe('');
  });
});

describe('producerText', () => {
  test('names the leader, and what it adds', () => {
    expect(producerText(frame({ added: 3.31 }))).toBe('producer-1 adds 3.3 jobs/s.');
  });

  test('says that the leader adds jobs at a fixed rate', () => {
    const producer = { leader: 'producer-1', target: null, fixedRate: true, dropped: 0 };
    expect(producerText(frame({ added: 12.04 }, { producer }))).toBe(
      'producer-1 adds 12.0 jobs/s at a fixed rate.',
    );
    const dropping = { producer: { ...producer, dropped: 3 } };
    expect(producerText(frame({ added: 9 }, dropping))).toBe(
      'producer-1 adds 9.0 jobs/s and drops 3.0/s, because too many wait.',
    );
    expect(backlogText(frame({}, { producer }))).not.toContain('on purpose');
  });

  test('names the leader if its speed is unknown', () => {
    expect(producerText(frame({ added: null }))).toBe('producer-1 holds the lease.');
  });

  test('says that no producer leads', () => {
    const producer = { leader: null, target: null, fixedRate: false, dropped: 0 };
    expect(producerText(frame({}, { producer }))).toBe('No producer holds the lease.');
  });
});

describe('abandonedText', () => {
  const job = (miner: string, expiresMs: number) => ({ id: `job of ${miner}`, miner, expiresMs });

  const rule =
    'A job whose {lock} has expired counts as {stalled}, and a running miner returns it to the queue.';

  test('says what happens to the job of a dead miner, and when', () => {
    expect(abandonedText([job('miner-3', 12_400)])).toBe(
      `1 job lost its miner (miner-3). ${rule} The lock expires in 12 s.`,
    );
  });

  test('names each miner once, and the last lock', () => {
    const jobs = [job('miner-3', 12_400), job('miner-3', 20_000), job('miner-4', 0)];
    expect(abandonedText(jobs)).toBe(
      `3 jobs lost their miners (miner-3, miner-4). ${rule} The last lock expires in 20 s.`,
    );
  });

  test('promises no time once the locks have expired', () => {
    expect(abandonedText([job('miner-3', 0)])).toMatch(
      /a running miner returns it to the queue\.$/,
    );
  });
});
