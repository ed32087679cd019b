/**
 * The end of a program that knows nothing of its supervisor, when that was killed.
 * @module
 */

/**
 * The command that runs `command` and ends it when its supervisor is gone: with `farewell`, or a SIGTERM if there is none or it
 * fails.
 *
 * File descriptor 3 is the channel that every instance has to its supervisor, and closes with it. A subshell waits for that;
 * the shell itself becomes the program, which keeps the process id. If the program ended first, its id is gone by the
 * time the supervisor closes the channel, and nothing is signaled.
 */
export function guarded(command: string[], farewell: string[] = ['false']): string[] {
  const script = `
unset NODE_CHANNEL_FD NODE_CHANNEL_SERIALIZATION_MODE
{ read -r nothing <&3; kill -0 $$ && { ${farewell.map(quote).join(' ')} || kill $$; }; } >/dev/null 2>&1 &
exec "$@" 3<&-`;
  return ['sh', '-c', script, 'guard', ...command];
}

const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
