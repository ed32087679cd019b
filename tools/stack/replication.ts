/**
 * A master and its replica, for tests.
 * @module
 */
import type { Redis } from 'ioredis';
import { until } from './until.ts';

/** Resolves once a replica has all data of its master. */
export async function untilInSync(replica: Redis): Promise<void> {
  await until(`the replica on port ${replica.options.port} is in sync`, async () =>
    (await replica.info('replication')).includes('master_link_status:up'),
  );
}

/** Makes a replica the master, and the master its replica. No write is lost, and all connections stay open. */
export async function switchRoles(master: Redis, replica: Redis): Promise<void> {
  await untilInSync(replica);
  const { port = NaN } = replica.options;
  await until('the master knows that', async () =>
    (await master.info('replication')).includes(`port=${port},state=online`),
  );
  await master.call('FAILOVER', 'TO', '127.0.0.1', port);
  await until('the replica is the master', async () => (await replica.role())[0] === 'master');
}
