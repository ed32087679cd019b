import { secret, text } from '@dockercoins/common/env';
import { httpSettings, processSettings, redisSettings } from '@dockercoins/common/settings';

export const settings = {
  BOARD_PASSWORD: secret('password of Bull Board; without one it is read-only'),
  PAGE_DIR: text('dashboard/dist/page', 'folder of the built page'),
  ...httpSettings,
  ...redisSettings,
  ...processSettings,
};
