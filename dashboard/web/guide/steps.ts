/**
 * The steps of the guide: the course of docs/workshop.md, as far as the page can measure it.
 * @module
 */
import { SETUPS, type Scale } from '../../frame/course.ts';
import type { Point } from '../../frame/frame.ts';
import { formatCount, formatDuration, formatSpeed } from '../ui/format.ts';

/** What a step asks for. */
export interface Quantity {
  /** Follows the number. */
  unit: 'hashes/s' | 'ms';
  /** Returns the value of one second; null if it is unknown. */
  of: (point: Point) => number | null;
  format: (value: number) => string;
}

const SPEED: Quantity = {
  unit: 'hashes/s',
  of: ({ speed }) => speed,
  format: (value) => `${formatSpeed(value)} hashes/s`,
};

const RESPONSE_TIME: Quantity = { unit: 'ms', of: ({ rngMs }) => rngMs, format: formatDuration };

/** One question, and what answers it. */
export interface Step {
  id: string;
  title: string;
  /** What has to run. */
  scale: Scale;
  quantity: Quantity;
  /** Asked before the command is shown. */
  question: string;
  /** Shown with the measurement, not before. With the usual settings, it is true. */
  explanation: string;
  /** Set if the explanation names the bottleneck, which the page no longer hides then. */
  reveals?: true;
}

/** In the order in which they are taken. */
export const STEPS: readonly [Step, ...Step[]] = [
  {
    id: 'one',
    title: 'One miner',
    scale: SETUPS.one,
    quantity: SPEED,
    question:
      'A loop has three steps, and each takes 100 ms: work, rng, and hasher. How many loops does one miner complete per second?',
    explanation:
      'Three steps of 100 ms make 3.33 loops per second. The requests and the queue cost a few milliseconds more.',
  },
  {
    id: 'two',
    title: 'Two miners',
    scale: SETUPS.two,
    quantity: SPEED,
    question: 'How fast are two miners?',
    explanation: 'Twice the miners, twice the speed: they do not wait for each other.',
  },
  {
    id: 'ten',
    title: 'Ten miners',
    scale: SETUPS.ten,
    quantity: SPEED,
    question: 'How fast are ten miners?',
    explanation:
      'Ten times the miners, three times the speed. Unless the card “CPU” says that the machine is busy, the miners wait for something else.',
  },
  {
    id: 'wait',
    title: 'Where the time goes',
    scale: SETUPS.ten,
    quantity: RESPONSE_TIME,
    question:
      'rng needs 100 ms for a request. With ten miners, how many milliseconds pass from a request to rng’s response?',
    explanation:
      'rng serves one request at a time. Eight of ten miners are there: one is served, seven wait in line, 100 ms each. rng is the bottleneck, not hasher, which serves all requests at once. The picture shows both now.',
    reveals: true,
  },
  {
    id: 'two-rngs',
    title: 'A second rng',
    scale: SETUPS['two-rngs'],
    quantity: SPEED,
    question: 'How fast are ten miners with two rngs?',
    explanation: 'Each rng allows ten loops per second, and both are still fully used.',
  },
  {
    id: 'four-rngs',
    title: 'Four rngs',
    scale: SETUPS['four-rngs'],
    quantity: SPEED,
    question: 'Four rngs serve 40 requests per second. How fast are ten miners with them?',
    explanation:
      'Ten miners with 300 ms per loop complete 33.3 loops per second at most. Now the miners are the bottleneck.',
  },
  {
    id: 'eight-rngs',
    title: 'Eight rngs',
    scale: SETUPS['eight-rngs'],
    quantity: SPEED,
    question: 'How fast are ten miners with eight rngs?',
    explanation:
      'More rngs change nothing, because they are not the bottleneck. n miners and m rngs complete n / 0.3 s or m / 0.1 s, whichever is smaller.',
  },
];

/** Returns what has to run, in words: "10 miners, 2 rngs, 1 hasher". */
export function scaleText({ miner, rng, hasher }: Scale): string {
  return [formatCount(miner, 'miner'), formatCount(rng, 'rng'), formatCount(hasher, 'hasher')].join(
    ', ',
  );
}
