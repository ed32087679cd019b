import { secret, text } from '@dockercoins/common/service/env';
import { httpSchema, processSchema, redisSchema } from '@dockercoins/common/service/config';

/** Where the build puts the page, from the root of the project. */
export const PAGE_DIR = 'dashboard/dist/page';

export const configSchema = {
  BOARD_PASSWORD: secret('password of Bull Board; without one it is read-only'),
  PAGE_DIR: text(PAGE_DIR, 'folder of the built page'),
  ...httpSchema,
  ...redisSchema,
  ...processSchema,
};
