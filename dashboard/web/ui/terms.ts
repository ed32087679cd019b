/** The words that students meet on the page, each explained in one sentence. */
export const TERMS = {
  utilization:
    'The share of the time that the slots are busy: at 100%, more requests only make the line longer.',
  'in flight':
    'How many requests are here at a time, on average: those waiting and those being served.',
  wait: 'The time a request stands in line before the service starts on it.',
  service: 'The time from the end of the wait until the response is ready.',
  busy: 'A slot is busy while it serves a request; at 100%, no slot is ever free.',
  backlog: 'The jobs in the queue that no miner has taken yet.',
  stalled:
    'A job whose lock has expired, because its miner died or froze: the queue gives it to another miner.',
  throughput: 'How many loops are completed per second.',
  limit: 'The highest throughput this part allows: its slots divided by its service time.',
  lock: 'A miner’s claim to a job: as long as the miner keeps renewing it, no other miner gets the job.',
  slots: 'How many requests a service handles at the same time; all others wait in line.',
} as const;

export type TermName = keyof typeof TERMS;

export function isTerm(text: string): text is TermName {
  return Object.hasOwn(TERMS, text);
}

/** Returns the id of the element that explains the term. */
export function explanationId(term: TermName): string {
  return `term-${term.replaceAll(' ', '-')}`;
}
