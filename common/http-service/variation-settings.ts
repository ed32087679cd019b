/**
 * The settings that vary rng and hasher. Each service gives them its own names.
 * @module
 */
import { choice, decimal, fraction, integer, word } from '../service/env.ts';
import { DISTRIBUTIONS } from './behavior.ts';

export const delayDistribution = choice(
  DISTRIBUTIONS,
  'constant',
  'how delays vary around their mean; uniform: from 0 to twice the mean',
);
export const errorRate = fraction(0, 'share of requests that fail with status 500');
export const hangRate = fraction(0, 'share of requests that never get a response');
export const leakKb = integer(0, 'memory leaked by each request, in KiB', 0, 10_000);
export const slowReplica = (service: 'rng' | 'hasher') =>
  word('', `name of a replica that is slower, such as ${service}-2`);
export const slowFactor = decimal(
  5,
  'how many times longer the delay of the slow replica is',
  1,
  1000,
);
