/** Types of packages.mjs, which must run on a Node.js that cannot run TypeScript. */
export interface Machine {
  os: string;
  cpu: string;
  libc: 'glibc' | 'musl' | undefined;
}

export const INSTALL_ALL: string[];

export const NODE_VERSIONS: string;

export function installsWith(version: string): boolean;

export function thisMachine(): Machine;

export function missingPackages(root: string, machine: Machine): string[];
