/**
 * BullMQ's warning about Redis' eviction policy.
 * @module
 */

const WARNING = /^IMPORTANT! Eviction policy is /;
let silenced: typeof console.warn | undefined;

/**
 * From now on, hides the warning that BullMQ prints for each of its connections (BullMQ 6.7, `getRedisVersionAndType` in
 * `redis-connection.js`). The dashboard warns instead, once for the whole stack.
 */
export function silenceEvictionWarning(): void {
  const { console } = globalThis;
  if (console.warn === silenced) return;
  const warn = console.warn.bind(console);
  silenced = (...args: unknown[]) => {
    if (!WARNING.test(String(args[0]))) warn(...args);
  };
  console.warn = silenced;
}
