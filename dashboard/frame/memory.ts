/**
 * How the page and the log write amounts of memory.
 * @module
 */

/** Returns bytes in MiB, the unit that Redis' `maxmemory 384mb` means: "1.9 MiB", "384 MiB". */
export function formatMemory(bytes: number): string {
  const mebibytes = bytes / 1024 / 1024;
  return `${mebibytes.toFixed(mebibytes < 99.95 ? 1 : 0)} MiB`;
}
