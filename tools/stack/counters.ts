/**
 * Every count of a stack, read from Redis in one atomic step.
 * @module
 */
import { keys } from '@dockercoins/common/contract';
import { queueKey, queueKeys } from '@dockercoins/common/queue/queue-keys';

export interface Counters {
  /** Jobs ever added. */
  added: number;
  /** Jobs ever completed. */
  completed: number;
  /** Completed jobs that are still kept: the last 1,000. */
  kept: number;
  failed: number;
  /** Jobs that a miner is working on. */
  active: number;
  /** Jobs that are neither completed nor failed. */
  unfinished: number;
  /** The classic counter. */
  hashes: number;
  /** Coins in the wallet. */
  wallet: number;
  /** Coins that kept completed jobs found, and that other jobs recorded before an interruption. */
  coinsOfJobs: number;
  /** How many of these are not in the wallet. */
  coinsMissing: number;
}

/** A Lua script without arguments that returns `Counters` as JSON. */
export const COUNTERS = `
local queue = '${queueKey('')}'
local function ids(name)
  local key = queue .. name
  if redis.call('TYPE', key).ok == 'zset' then return redis.call('ZRANGE', key, 0, -1) end
  return redis.call('LRANGE', key, 0, -1)
end
local coinsOfJobs, coinsMissing = 0, 0
local function note(coin)
  coinsOfJobs = coinsOfJobs + 1
  if redis.call('HEXISTS', '${keys.wallet}', coin) == 0 then coinsMissing = coinsMissing + 1 end
end
local function noteUnfinished(name)
  for _, id in ipairs(ids(name)) do
    local data = cjson.decode(redis.call('HGET', queue .. id, 'data'))
    if type(data) == 'table' and data.coin then note(data.coin) end
  end
  return #ids(name)
end
for _, id in ipairs(ids('completed')) do
  local result = cjson.decode(redis.call('HGET', queue .. id, 'returnvalue'))
  if result.coin then note(result.hash) end
end
local active, failed = noteUnfinished('active'), noteUnfinished('failed')
local unfinished = active
for _, name in ipairs({'wait', 'paused', 'delayed', 'prioritized'}) do
  unfinished = unfinished + noteUnfinished(name)
end
return cjson.encode({
  added = tonumber(redis.call('GET', '${queueKey('id')}') or 0),
  completed = tonumber(redis.call('HGET', '${queueKeys().completedCount}', 'count') or 0),
  kept = #ids('completed'),
  failed = failed,
  active = active,
  unfinished = unfinished,
  hashes = tonumber(redis.call('GET', '${keys.hashes}') or 0),
  wallet = redis.call('HLEN', '${keys.wallet}'),
  coinsOfJobs = coinsOfJobs,
  coinsMissing = coinsMissing
})`;
