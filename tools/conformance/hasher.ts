/**
 * What the contract says about hasher, in whichever language it is written. Miners may use it meanwhile.
 * @module
 */
import { createHash, randomBytes } from 'node:crypto';
import { expectThat, ms, show, timed, type Check } from './check.ts';
import { ask, askAll, type DelayedTarget } from './http.ts';
import { introductionChecks } from './reach.ts';

/** Pieces of 62.5 kB, which arrive in more than one read. */
const PIECES = Array.from({ length: 16 }, () => randomBytes(62_500));

/** Each shows another mistake. */
const BODIES: Record<string, Buffer[]> = {
  'of a text': [Buffer.from('Hash me if you can.')],
  'of bytes that are no text, zeros included': [
    Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
  ],
  'of an empty body': [],
  'of 1 MB that arrives in pieces': PIECES,
};

/** As many miners as the workshop runs. */
const CROWD = 10;

const post = (origin: string, body: Buffer[], signal: AbortSignal) =>
  ask(origin, { path: '/', method: 'POST', body }, signal);

const SAMPLE = [Buffer.alloc(32, 'x')];

export const hasherChecks: Check<DelayedTarget>[] = [
  ...introductionChecks('HASHER'),
  timed('GET / has no delay', async ({ origin, delayMs }, signal) => {
    const { askedAt, answeredAt } = await ask(origin, { path: '/' }, signal);
    const took = answeredAt - askedAt;
    expectThat(took < delayMs / 2, 'no delay', ms(took));
  }),
  {
    name: 'POST / returns 200',
    async run({ origin }, signal) {
      const { status } = await post(origin, SAMPLE, signal);
      expectThat(status === 200, 'status 200', String(status));
    },
  },
  {
    name: 'POST / returns lowercase hex digits',
    async run({ origin }, signal) {
      const { body } = await post(origin, SAMPLE, signal);
      expectThat(/^[0-9a-f]+$/.test(body.toString().trim()), 'digits 0-9 and a-f', show(body));
    },
  },
  {
    name: 'POST / returns 64 characters, without a newline',
    async run({ origin }, signal) {
      const { body } = await post(origin, SAMPLE, signal);
      expectThat(body.length === 64, '64 characters', `${body.length}: ${show(body)}`);
    },
  },
  {
    name: 'POST / is text/plain',
    async run({ origin }, signal) {
      const { type } = await post(origin, SAMPLE, signal);
      expectThat(/^text\/plain\b/.test(type ?? ''), 'text/plain', show(type));
    },
  },
  ...Object.entries(BODIES).map(([which, body]) => ({
    name: `POST / returns the SHA-256 ${which}`,
    async run({ origin }: DelayedTarget, signal: AbortSignal) {
      const expected = createHash('sha256').update(Buffer.concat(body)).digest('hex');
      const answer = (await post(origin, body, signal)).body;
      // Other checks are about its form.
      const isRight = answer.toString().trim().toLowerCase() === expected;
      expectThat(isRight, expected, show(answer));
    },
  })),
  timed('POST / takes as long as its delay', async ({ origin, delayMs }, signal) => {
    const { askedAt, answeredAt } = await post(origin, SAMPLE, signal);
    const took = answeredAt - askedAt;
    const isRight = took >= 0.9 * delayMs && took <= 1.5 * delayMs;
    expectThat(isRight, `about ${ms(delayMs)}`, ms(took));
  }),
  timed('serves ten requests at once', async ({ origin, delayMs }, signal) => {
    const question = { path: '/', method: 'POST', body: SAMPLE } as const;
    const crowd = Array<typeof question>(CROWD).fill(question);
    const answers = await askAll(origin, crowd, 0, signal);
    const first = Math.min(...answers.map(({ askedAt }) => askedAt));
    const took = Math.max(...answers.map(({ answeredAt }) => answeredAt)) - first;
    expectThat(took < 2 * delayMs, `${CROWD} answers within ${ms(2 * delayMs)}`, ms(took));
  }),
];
