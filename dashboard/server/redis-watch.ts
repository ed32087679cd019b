/**
 * Watches Redis itself: its memory, eviction policy and CPU time. With `noeviction`, a full Redis refuses all writes, and mining stops.
 * @module
 */
import { Cluster, type Redis } from 'ioredis';
import type { RedisClient } from '@dockercoins/common/queue/redis';
import type { Logger } from '@dockercoins/common/log/log';
import { formatMemory } from '../frame/memory.ts';
import { MEMORY_WARNING } from '../frame/problems.ts';

/** Memory in bytes (max is null if it has no limit), CPU time since Redis started (ms), and its command-line program. */
export interface RedisUse {
  used: number;
  max: number | null;
  cpuMs: number;
  program: 'redis-cli' | 'valkey-cli';
}

export class RedisWatch {
  readonly #redis: RedisClient;
  readonly #log: Logger;
  #warned = false;
  #policy: string | undefined;

  constructor(redis: RedisClient, log: Logger) {
    this.#redis = redis;
    this.#log = log;
  }

  /** Reads one server, or adds up the masters of a cluster. */
  async read(): Promise<RedisUse> {
    const servers = this.#redis instanceof Cluster ? this.#redis.nodes('master') : [this.#redis];
    const uses = await Promise.all(servers.map(readUse));
    const sum = (field: 'used' | 'max' | 'cpuMs') =>
      uses.reduce((total, use) => total + (use[field] ?? NaN), 0);
    const { program = 'redis-cli' } = uses[0] ?? {};
    const use = { used: sum('used'), max: sum('max') || null, cpuMs: sum('cpuMs'), program };
    this.#warn(use.used, use.max);
    this.#warnOfPolicy(uses.map(({ policy }) => policy).find((name) => name !== 'noeviction'));
    return use;
  }

  /** Warns once, and again only after usage has dropped below the threshold. */
  #warn(used: number, max: number | null): void {
    const share = max === null ? 0 : used / max;
    if (share >= MEMORY_WARNING && !this.#warned) {
      const percent = Math.floor(share * 100);
      this.#log.warn(
        { used, max },
        `Redis uses ${percent}% of its ${formatMemory(max ?? 0)}; mining stops when it is full: raise maxmemory, or delete the wallet (DEL wallet)`,
      );
    }
    this.#warned = share >= MEMORY_WARNING;
  }

  /** Warns once of a policy other than `noeviction`, and again if it is another one, or after it was corrected. */
  #warnOfPolicy(policy: string | undefined): void {
    if (policy !== undefined && policy !== this.#policy) {
      this.#log.warn(
        `a full Redis deletes keys (maxmemory-policy ${policy}), so jobs may be lost or run twice: set it to noeviction`,
      );
    }
    this.#policy = policy;
  }
}

async function readUse(redis: Redis): Promise<RedisUse & { policy: string }> {
  const info = await redis.info(); // several sections would need Redis 7.0
  const field = (name: string) => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(info)?.[1]);
  const cpuMs = 1000 * (field('used_cpu_user') + field('used_cpu_sys'));
  const program = /^server_name:valkey\r$/m.test(info) ? 'valkey-cli' : 'redis-cli';
  const [, policy = 'noeviction'] = /^maxmemory_policy:(\S+)/m.exec(info) ?? [];
  return { used: field('used_memory'), max: field('maxmemory') || null, cpuMs, program, policy };
}
