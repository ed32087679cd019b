import { choice, flag, secret, text } from '@dockercoins/common/service/env';
import { httpSchema, processSchema, redisSchema } from '@dockercoins/common/service/config';
import { WAYS } from '../frame/commands.ts';

/** Output folder of the page's build, relative to the project root. */
export const PAGE_DIR = 'dashboard/dist/page';

export const configSchema = {
  BOARD_PASSWORD: secret('password for Bull Board; if unset, Bull Board is read-only'),
  SHOW_PROBLEMS: flag(true, 'whether the page lists problems; if not, a button there reveals them'),
  STARTED_WITH: choice(
    WAYS,
    'compose',
    `how the stack was started, for the commands on the page: ${WAYS.join(', ')}`,
  ),
  PAGE_DIR: text(PAGE_DIR, 'folder of the built page'),
  ...httpSchema,
  ...redisSchema,
  ...processSchema,
};
