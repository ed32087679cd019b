import {
  choice,
  decimal,
  fraction,
  integer,
  milliseconds,
  slots,
  word,
} from '@dockercoins/common/service/env';
import {
  httpSchema,
  processSchema,
  seedSchema,
  variationSchema,
} from '@dockercoins/common/service/config';
import { DISTRIBUTIONS } from '@dockercoins/common/gate/variations';

export const configSchema = {
  HASHER_DELAY_MS: milliseconds(100, 'delay before each response with a hash'),
  HASHER_SLOTS: slots(0, 'requests served concurrently'),
  HASHER_WAITING: integer(1000, 'maximum number of waiting requests; any more get 503', 0, 100_000),
  HASHER_DELAY_DISTRIBUTION: choice(
    DISTRIBUTIONS,
    'constant',
    'how delays vary around their mean; uniform: from 0 to twice the mean',
  ),
  HASHER_ERROR_RATE: fraction(0, 'share of requests that fail with status 500'),
  HASHER_HANG_RATE: fraction(0, 'share of requests that never get a response'),
  HASHER_LEAK_KB: integer(0, 'memory leaked by each request, in KB', 0, 10_000),
  HASHER_SLOW_REPLICA: word('', 'name of a replica that is slower, such as hasher-2'),
  HASHER_SLOW_FACTOR: decimal(5, 'how many times longer the delay of the slow replica is', 1, 1000),
  ...variationSchema,
  ...seedSchema,
  ...httpSchema,
  ...processSchema,
};
