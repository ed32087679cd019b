/**
 * The notation of commands in the workshop's text: blocks of `sh`. Where Compose and `npm start` differ, one block for each,
 * whose first line is a comment with its name.
 * @module
 */

/** The two ways to run the stack, with the names that the text gives them. */
export const WAYS = { npm: 'npm start', compose: 'Compose' } as const;
export type Way = keyof typeof WAYS;

export interface CommandBlock {
  /** Undefined if the commands are the same for both. */
  way: Way | undefined;
  lines: CommandLine[];
}

export interface CommandLine {
  command: string;
  /** The comment after it, including the space before it; may be empty. */
  comment: string;
}

/** Parses the text of a block of commands. */
export function parseCommands(text: string): CommandBlock {
  const lines = text.split('\n');
  const way = (Object.keys(WAYS) as Way[]).find((key) => lines[0] === `# ${WAYS[key]}`);
  if (way !== undefined) lines.shift();
  return {
    way,
    lines: lines.map((line) => {
      const [, command = '', comment = ''] = /^(.*?)(\s+# .*)?$/.exec(line) ?? [];
      return { command, comment };
    }),
  };
}
