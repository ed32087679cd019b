/**
 * Ends a program that does not watch its supervisor, such as Redis, when the supervisor dies.
 * @module
 */

/**
 * Returns a command that runs `command` and, when the supervisor dies, runs `cleanUp`. If there is no `cleanUp`, or
 * it fails, the program gets SIGTERM.
 *
 * File descriptor 3 is the IPC channel to the supervisor; it closes when either side ends. A subshell waits for that,
 * while the shell replaces itself with the program, which keeps its process id. If the program ends first, its process
 * id no longer exists when the supervisor closes the channel, so nothing is signaled.
 */
export function stopWithSupervisor(command: string[], cleanUp: string[] = ['false']): string[] {
  const script = `
unset NODE_CHANNEL_FD NODE_CHANNEL_SERIALIZATION_MODE
{ read -r nothing <&3; kill -0 $$ && { ${cleanUp.map(quote).join(' ')} || kill $$; }; } >/dev/null 2>&1 &
exec "$@" 3<&-`;
  return ['sh', '-c', script, 'guard', ...command];
}

const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
