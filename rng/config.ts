import { milliseconds, slots } from '@dockercoins/common/env';
import { httpSettings, processSettings } from '@dockercoins/common/settings';

export const settings = {
  RNG_DELAY_MS: milliseconds(100, 'time that making random bytes takes'),
  RNG_SLOTS: slots(1, 'requests served at once'),
  ...httpSettings,
  ...processSettings,
};
