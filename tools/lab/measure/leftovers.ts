/**
 * What a stack leaves behind after it has stopped.
 * @module
 */
import { checkReachable } from '@dockercoins/common/service/admin';
import { labProject, objectsOf } from '../../stack/deployment/compose.ts';
import { isRunning } from '../../stack/is-running.ts';
import type { Deployment } from '../../stack/deployment/deployment.ts';

/** Notes what belongs to a running stack. The result resolves to what is left of it: "port 8001 responds". */
export async function watchLeftovers(deployment: Deployment): Promise<() => Promise<string[]>> {
  const urls = [...Object.values(deployment.origins), deployment.redisUrl];
  const replicas = await deployment.replicas();
  return async () => {
    const responding = await Promise.all(urls.map(responds));
    const ports = urls.filter((_, index) => responding[index]);
    const others =
      deployment.kind === 'processes'
        ? replicas
            .filter(({ id }) => isRunning(Number(id)))
            .map(({ name, id }) => `${name} (${id})`)
        : await objectsOf(labProject());
    return [...ports, ...others];
  };
}

const responds = (url: string) =>
  checkReachable(url).then(
    () => true,
    () => false,
  );
