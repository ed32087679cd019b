/**
 * The list of stacks in the address of the page: after the `#`, so that no server gets to see it.
 * @module
 */

/** Returns the list as the part of an address that follows the path. */
export const toHash = (text: string): string =>
  text === '' ? '' : `#${encodeURI(text.toWellFormed())}`;

/** Returns the list that an address holds, encoded or as typed; undefined without a list. */
export function fromHash(hash: string): string | undefined {
  const text = hash.slice(1);
  try {
    return decodeURIComponent(text) || undefined;
  } catch {
    return text; // a stray %
  }
}
