/** Types of programs.mjs, which must run on a Node.js that cannot run TypeScript. */
export interface Program {
  setting: string;
  find: (root: string) => string | undefined;
  packages: string[];
  unpack?: string[];
  image?: string;
  hints: Record<string, string>;
}

export const programs: Record<
  'redis' | 'chromium' | 'kubectl' | 'httping' | 'ab',
  Program & { names: string[] }
> &
  Record<'faketime', Program>;

export function findProgram(names: readonly string[], moreFolders?: string[]): string | undefined;

export function redisCli(): string;

export function hintFor(program: Program, machine: { system: string }): string;

export function isInstalled(
  program: Pick<Program, 'setting' | 'find'>,
  root: string,
  env: NodeJS.ProcessEnv,
): boolean;

export type Method = 'install' | 'unpack' | 'docker' | 'manual';

export function installMethods(
  program: Program,
  machine: { isInstalled: boolean; system: string; isRoot: boolean },
): Method[];
