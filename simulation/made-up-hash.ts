/**
 * Returns what looks like a hash: a simulation hashes nothing. The number is in the digits that the page shows.
 * @param first its first digit, 0 to 15; 0 makes it a coin
 * @param number tells it from others
 */
export function madeUpHash(first: number, number: number): string {
  return `${first.toString(16)}${number.toString(16).padStart(7, '0')}`.padEnd(64, '0');
}
