import { optionalRedisUrl, text } from '@dockercoins/common/env';

/** Settings of `npm start` itself; it hands the environment on to the services. */
export const settings = {
  REDIS_URL: optionalRedisUrl('a Redis that runs already; without it one is started'),
  LISTEN_HOST: text('127.0.0.1', 'address that the services listen on; :: lets other machines in'),
  LOCAL_DIR: text('.local', "folder for Redis' data and caches"),
};
