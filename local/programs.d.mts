/** Types of what tests use of programs.mjs, which runs before TypeScript can. */
export interface Program {
  given: string;
  packages: string[];
  unpack?: string[];
  image?: string;
  hints: Record<string, string>;
}

export const programs: Record<'redis' | 'chromium' | 'faketime', Program>;

export function hintFor(program: Program, machine: { system: string }): string;

export type Way = 'install' | 'unpack' | 'docker' | 'person';

export function waysTo(
  program: Program,
  machine: { isThere: boolean; system: string; isRoot: boolean },
): Way[];
