import { createHash } from 'node:crypto';
import { Hono } from 'hono';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Gate } from '@dockercoins/common/http-service/gate';
import { listen, type App } from '@dockercoins/common/service/listen';
import { Delay } from '@dockercoins/common/delay';
import { createApp as createHasher } from '../hasher/app.ts';
import { createApp as createRng } from '../rng/app.ts';
import { silentLog as log } from '../tools/stack/log.ts';
import { until } from '../tools/stack/until.ts';
import { upstreamOf } from '../test/support/upstream.ts';
import { mine, type Loop } from './mine.ts';

async function serve(app: App): Promise<string> {
  const server = await listen(app, '127.0.0.1', 0);
  onTestFinished(() => server[Symbol.asyncDispose]());
  return `http://127.0.0.1:${server.port}`;
}

const rng = (gate = new Gate(1), delayMs = 0) =>
  createRng({ gate, instance: 'rng-1', host: 'rng-1', delayMs, log });
const hasher = (delayMs = 0) =>
  createHasher({ gate: new Gate(0), instance: 'hasher-1', host: 'hasher-1', delayMs, log });

/** Returns a function that mines a loop with these two services. */
async function miner(rngApp: App, hasherApp: App, workMs = 0) {
  const rng = upstreamOf(await serve(rngApp));
  const hasher = upstreamOf(await serve(hasherApp));
  return (signal = new AbortController().signal) =>
    mine({ rng, hasher, work: new Delay(workMs) }, signal);
}

/** An rng or hasher that always sends this body. */
function sending(body: string | Uint8Array<ArrayBuffer>): Hono {
  const app = new Hono();
  app.all('*', (c) => c.body(body));
  return app;
}

describe('a loop', () => {
  test('is 32 bytes and their SHA-256', async () => {
    const { bytes, hash } = await (await miner(rng(), hasher()))();
    expect(bytes).toHaveLength(32);
    expect(hash).toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  test.each([
    ['0', true],
    ['1', false],
    ['f', false],
  ])('whose hash begins with %s is a coin: %s', async (first, coin) => {
    const hash = first.padEnd(64, '0');
    expect(await (await miner(rng(), sending(hash)))()).toMatchObject({ hash, coin });
  });
});

describe('the replicas of a loop', () => {
  test('are those that say who they are', async () => {
    const names = { rng: 'rng-1', hasher: 'hasher-1' };
    expect(await (await miner(rng(), hasher()))()).toMatchObject(names);
  });

  test('are unknown if they do not', async () => {
    const silent = [sending(new Uint8Array(32)), sending('f'.repeat(64))] as const;
    const unknown = { rng: undefined, hasher: undefined };
    expect(await (await miner(...silent))()).toMatchObject(unknown);
  });
});

describe('the stages of a loop', () => {
  test('have the times of work, rng, and hasher', async () => {
    const { stages } = await (await miner(rng(new Gate(1), 30), hasher(10), 20))();
    expect(stages.work).toBeGreaterThanOrEqual(19);
    expect(stages.rngService).toBeGreaterThanOrEqual(29);
    expect(stages.hasherService).toBeGreaterThanOrEqual(9);
  });

  test('separate waiting for rng from being served by it', async () => {
    const gate = new Gate(1);
    const mineOne = await miner(rng(gate, 30), hasher());
    const leave = await gate.enter();
    const mining = Promise.all([mineOne(), mineOne(), mineOne()]);
    await until('all loops wait', () => gate.waiting === 3);
    leave();
    const waits = (await mining).map(({ stages }) => stages.rngWait).sort((a, b) => a - b);
    expect(waits[1]).toBeGreaterThanOrEqual(27);
    expect(waits[2]).toBeGreaterThanOrEqual(54);
  });

  test('are never negative', async () => {
    const { stages }: Loop = await (await miner(rng(), hasher()))();
    expect(Math.min(...Object.values(stages))).toBeGreaterThanOrEqual(0);
  });

  test('count everything as service if rng and hasher report no times', async () => {
    const silent = [sending(new Uint8Array(32)), sending('f'.repeat(64))] as const;
    const loop = await (await miner(...silent))();
    expect(loop.stages).toMatchObject({ rngWait: 0, hasherWait: 0 });
    expect(loop.stages.rngService).toBeGreaterThan(0);
  });
});

describe('a loop fails', () => {
  test.each([0, 31, 33])('if rng sends %i bytes', async (length) => {
    const mining = (await miner(sending(new Uint8Array(length)), hasher()))();
    await expect(mining).rejects.toThrow(
      new RegExp(`^GET http://127\\.0\\.0\\.1:\\d+/32: expected 32 bytes, got ${length}$`),
    );
    await expect(mining).rejects.toMatchObject({ name: 'UpstreamError', retryable: true });
  });

  test.each(['', 'hash', 'F'.repeat(64), 'a'.repeat(63), `${'a'.repeat(64)}\n`])(
    'if hasher sends "%s"',
    async (text) => {
      const mining = (await miner(rng(), sending(text)))();
      await expect(mining).rejects.toThrow(
        `/: expected 64 lowercase hex digits, got ${JSON.stringify(text)}`,
      );
      await expect(mining).rejects.toMatchObject({ name: 'UpstreamError', retryable: true });
    },
  );

  test('with a short message, however long the response', async () => {
    const mining = (await miner(rng(), sending('x'.repeat(5000))))();
    await expect(mining).rejects.toThrow(/^.{100,200}$/);
  });

  test('if it is canceled during its work', async () => {
    const stop = AbortSignal.abort(new Error('stopping'));
    await expect((await miner(rng(), hasher(), 20))(stop)).rejects.toThrow('aborted');
  });
});
