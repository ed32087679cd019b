/** The most addresses that one line may stand for. */
export const MAX_STACKS = 100;

/** `node[1-30]:8000` */
const BRACKETS = /^(.*)\[(\d+)-(\d+)\](.*)$/;

/** `node1…node30:8000`: what is before and after the number is the same in both, and the rest belongs to all. */
const ELLIPSIS = /^(.*?)(\d+)(|\D.*?)(?:…|\.\.\.)\1(\d+)\3(|\D.*)$/;

/**
 * Returns the addresses that `node[1-30]:8000` or `node1…node30:8000` (also with three dots) stands for, with leading zeros as in
 * the first; an address without a range stands for itself. Returns undefined if the range is invalid, or has too many addresses.
 */
export function expand(address: string): string[] | undefined {
  const range = rangeIn(address);
  if (range === undefined) return /…|\.\.\.|\[\d*-/.test(address) ? undefined : [address];
  const { before, first, last, after } = range;
  const count = Number(last) - Number(first) + 1;
  if (count < 1 || count > MAX_STACKS) return undefined;
  return Array.from(
    { length: count },
    (_, n) => before + String(Number(first) + n).padStart(first.length, '0') + after,
  );
}

function rangeIn(address: string) {
  const [brackets, head = '', from = '', to = '', tail = ''] = BRACKETS.exec(address) ?? [];
  if (brackets !== undefined) return { before: head, first: from, last: to, after: tail };
  const [ellipsis, before = '', first = '', suffix = '', last = '', rest = ''] =
    ELLIPSIS.exec(address) ?? [];
  return ellipsis === undefined ? undefined : { before, first, last, after: suffix + rest };
}
