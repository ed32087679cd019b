import { execFileSync } from 'node:child_process';
import { programs } from '../../local/programs.mjs';
import { parseObjects, type KubernetesObject } from './objects.ts';

/** Returns the objects that `kubectl apply --kustomize` would create. @throws {Error} if kubectl is missing or rejects the folder */
export function renderObjects(folder: string): KubernetesObject[] {
  const kubectl = process.env['KUBECTL'] ?? programs.kubectl.find('');
  if (kubectl === undefined) throw new Error('kubectl is not in PATH');
  return parseObjects(execFileSync(kubectl, ['kustomize', folder], { encoding: 'utf8' }));
}
