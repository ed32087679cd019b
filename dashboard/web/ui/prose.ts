import { isTerm, type TermName } from './terms.ts';

export type Part =
  | { kind: 'text' | 'code'; text: string }
  /** `after`: punctuation that belongs on the same line. */
  | { kind: 'term'; text: TermName; after: string };

/** Splits a text at `code` in backticks and at {terms} in braces. Braces around anything else are text. */
export function partsOf(text: string): Part[] {
  return text
    .split(/(`[^`]+`|\{[^{}]+\}[.,;:)]*)/)
    .filter((part) => part !== '')
    .map((part) => {
      if (part.startsWith('`') && part.endsWith('`'))
        return { kind: 'code', text: part.slice(1, -1) };
      const [, term = '', after = ''] = /^\{(.+)\}(.*)$/.exec(part) ?? [];
      return isTerm(term) ? { kind: 'term', text: term, after } : { kind: 'text', text: part };
    });
}
