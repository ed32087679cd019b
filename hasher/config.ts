import { milliseconds, slots } from '@dockercoins/common/env';
import { httpSettings, processSettings } from '@dockercoins/common/settings';

export const settings = {
  HASHER_DELAY_MS: milliseconds(100, 'time that hashing takes'),
  HASHER_SLOTS: slots(0, 'requests served at once'),
  ...httpSettings,
  ...processSettings,
};
