/**
 * What the contract says about rng. Miners may use it meanwhile.
 * @module
 */
import { expectThat, ms, show, timed, type Check } from './check.ts';
import { ask, askAll, type Answer, type DelayedTarget, type Question } from './http.ts';
import { introductionChecks } from './reach.ts';

/** What a loop requests. */
const LOOP = { path: '/32' };

const LENGTHS = [1, 32, 1000];

/** Enough requests to show their order, and that none are served together. */
const CROWD = 5;

/** Requests sent this share of the delay apart arrive in order, and while the first one is being served. */
const GAP = 0.15;

/** Two requests that arrived one directly behind the other. */
interface Pair {
  first: Answer;
  /**
   * Time from the first answer to the second one (ms): the service time of the second request, no matter how many requests
   * of miners were ahead of both. Negative if the second one did not wait for the first.
   */
  apart: number;
}

async function askPair(rng: DelayedTarget, second: Question, signal: AbortSignal): Promise<Pair> {
  const pair = await askAll(rng.origin, [LOOP, second], GAP * rng.delayMs, signal);
  const [first, behind] = pair as [Answer, Answer];
  return { first, apart: behind.answeredAt - first.answeredAt };
}

export const rngChecks: Check<DelayedTarget>[] = [
  ...introductionChecks('RNG'),
  {
    name: 'GET /<n> returns exactly n bytes',
    async run({ origin }, signal) {
      for (const n of LENGTHS) {
        const { status, body } = await ask(origin, { path: `/${n}` }, signal);
        expectThat(status === 200, `status 200 for GET /${n}`, String(status));
        expectThat(body.length === n, `${n} bytes for GET /${n}`, `${body.length} bytes`);
      }
    },
  },
  {
    name: 'GET /<n> is application/octet-stream',
    async run({ origin }, signal) {
      const { type } = await ask(origin, LOOP, signal);
      expectThat(type === 'application/octet-stream', 'application/octet-stream', show(type));
    },
  },
  {
    name: 'GET /<n> has a content length',
    async run({ origin }, signal) {
      const { length } = await ask(origin, LOOP, signal);
      expectThat(length === '32', 'Content-Length: 32', show(length));
    },
  },
  {
    name: 'GET /<n> returns other bytes each time',
    async run({ origin }, signal) {
      const first = await ask(origin, LOOP, signal);
      const second = await ask(origin, LOOP, signal);
      expectThat(!first.body.equals(second.body), 'other bytes', `${show(first.body)} twice`);
    },
  },
  timed('GET /<n> takes as long as its delay', async (rng, signal) => {
    const { first, apart } = await askPair(rng, LOOP, signal);
    const took = first.answeredAt - first.askedAt;
    expectThat(took >= 0.9 * rng.delayMs, `at least ${ms(rng.delayMs)}`, ms(took));
    expectThat(apart <= 1.5 * rng.delayMs, `about ${ms(rng.delayMs)}`, ms(apart));
  }),
  timed('GET / has no delay of its own', async (rng, signal) => {
    const { apart } = await askPair(rng, { path: '/' }, signal);
    expectThat(apart < rng.delayMs / 2, 'no delay', ms(apart));
  }),
  timed('serves one request at a time', async ({ origin, delayMs }, signal) => {
    const crowd = Array<typeof LOOP>(CROWD).fill(LOOP);
    const times = (await askAll(origin, crowd, 0, signal)).map(({ answeredAt }) => answeredAt);
    const took = Math.max(...times) - Math.min(...times);
    const expected = (CROWD - 1) * delayMs;
    expectThat(
      took >= 0.9 * expected,
      `${ms(expected)} between the first and the last of ${CROWD} answers`,
      ms(took),
    );
  }),
  timed('serves requests in order of arrival', async ({ origin, delayMs }, signal) => {
    const crowd = Array<typeof LOOP>(CROWD).fill(LOOP);
    const answers = await askAll(origin, crowd, GAP * delayMs, signal);
    const order = answers
      .map(({ answeredAt }, index) => ({ answeredAt, number: index + 1 }))
      .sort((a, b) => a.answeredAt - b.answeredAt)
      .map(({ number }) => number);
    const isSorted = order.every((number, index) => number === index + 1);
    expectThat(isSorted, 'answers to requests 1 to 5 in this order', order.join(', '));
  }),
  ...(['GET', 'HEAD'] as const).map((method) =>
    timed<DelayedTarget>(`${method} / waits in line like any request`, async (rng, signal) => {
      const { apart } = await askPair(rng, { path: '/', method }, signal);
      const expected = 'an answer after that of the request ahead';
      expectThat(apart > -GAP * rng.delayMs, expected, `one ${ms(-apart)} before`);
    }),
  ),
];
