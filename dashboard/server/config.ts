import { secret, text } from '@dockercoins/common/service/env';
import { httpSchema, processSchema, redisSchema } from '@dockercoins/common/service/config';

/** Output folder of the page's build, relative to the project root. */
export const PAGE_DIR = 'dashboard/dist/page';

export const configSchema = {
  BOARD_PASSWORD: secret('password for Bull Board; if unset, Bull Board is read-only'),
  PAGE_DIR: text(PAGE_DIR, 'folder of the built page'),
  ...httpSchema,
  ...redisSchema,
  ...processSchema,
};
