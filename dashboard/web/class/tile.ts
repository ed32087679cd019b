/**
 * What a tile shows of a stack.
 * @module
 */
import type { RunningSummary } from '../../frame/summary.ts';
import { STEPS } from '../guide/steps.ts';
import type { Refusal } from './ask.ts';
import type { Contact } from './rounds.ts';
import type { Stack } from './stacks.ts';

export interface Tile extends Stack {
  state: 'asking' | 'running' | 'outage' | Refusal;
  /** The latest figures; undefined before. They are old unless the state is "running". */
  figures: RunningSummary | undefined;
  /** Number of the last step of the guide that was measured; 0 = none. */
  step: number;
  /** What is wrong, in a word that fits where the speed would be, and in a sentence; undefined if nothing is known to be. */
  trouble: { severity: 'error' | 'warning'; word: string; text: string } | undefined;
}

/** A single request that fails is no reason to show anything. */
const MIN_FAILURES = 2;

/** Short enough for the smallest tile: words of eight letters, and sentences of two lines. */
const REFUSALS: Record<Refusal, { word: string; text: string }> = {
  away: { word: 'away', text: 'Not reachable' },
  starting: { word: 'starting', text: 'No figures yet' },
  old: { word: 'old', text: 'An older version: open it' },
  protected: { word: 'login', text: 'Wants a login: open it' },
  unknown: { word: 'unknown', text: 'Not a summary: another program?' },
  unreadable: { word: 'closed', text: 'Old, or behind a login: open it' },
  mixed: { word: 'blocked', text: 'An https page may not ask http' },
};

const NEVER = 'Never answered: check the address';

/**
 * @param contact undefined before the first answer
 * @param before what the tile showed before
 */
export function tileOf(stack: Stack, contact: Contact | undefined, before?: Tile): Tile {
  const latest = contact?.summary;
  const figures = latest?.state === 'running' ? latest : before?.figures;
  const step = STEPS.findIndex(({ id }) => id === figures?.setup) + 1;
  return { ...stack, figures, step, state: stateOf(contact), trouble: troubleOf(contact) };
}

/** Returns why there are no figures now; undefined if there are. */
function refusalOf(contact: Contact | undefined): Refusal | undefined {
  if (contact?.summary !== undefined && contact.failures < MIN_FAILURES) return undefined;
  return contact?.refusal;
}

function stateOf(contact: Contact | undefined): Tile['state'] {
  return refusalOf(contact) ?? contact?.summary?.state ?? 'asking';
}

function troubleOf(contact: Contact | undefined): Tile['trouble'] {
  const refusal = refusalOf(contact);
  if (contact !== undefined && refusal !== undefined) {
    const { word, text } = REFUSALS[refusal];
    if (refusal !== 'away') return { severity: 'error', word, text };
    const since = contact.summary ? `${text} since ${timeOf(contact.since)}` : NEVER;
    return { severity: 'error', word, text: since };
  }
  const latest = contact?.summary;
  if (latest?.state === 'outage') {
    const text = latest.unreachable ? 'Redis is unreachable' : `Redis: ${latest.reason}`;
    return { severity: 'error', word: 'no Redis', text };
  }
  return latest?.problem ? { ...latest.problem, word: '' } : undefined;
}

/** Returns hours and minutes: "09:05". */
const timeOf = (ms: number) => new Date(ms).toTimeString().slice(0, 5);

/** All stacks together. */
export interface Totals {
  stacks: number;
  /** Those whose figures arrive, and that report no problem. */
  well: number;
  inTrouble: number;
  /** Hashes per second. */
  speed: number;
}

export function totalsOf(tiles: readonly Tile[]): Totals {
  const running = tiles.filter(({ state }) => state === 'running');
  return {
    stacks: tiles.length,
    well: running.filter(({ trouble }) => trouble === undefined).length,
    inTrouble: tiles.filter(({ trouble }) => trouble !== undefined).length,
    speed: running.reduce((total, { figures }) => total + (figures?.speed ?? 0), 0),
  };
}
