import type { JobQuery } from '../../frame/job-path.ts';

/**
 * Reads what somebody types to name a job: "loops-2 123", or "123" if there is only one queue.
 * @returns what was expected, as a sentence, if it names none
 */
export function readJobId(text: string, queues: readonly string[]): JobQuery | string {
  const words = text.trim().split(/[\s:]+/);
  const id = words.pop() ?? '';
  const [queue = queues.length === 1 ? queues[0] : undefined, ...others] = words;
  if (queue !== undefined && queues.includes(queue) && others.length === 0 && id !== '') {
    return { by: 'id', queue, id };
  }
  const example = queues.length === 1 ? '123' : `${queues[0] ?? 'loops'} 123`;
  return `Expected a job such as ${example}; the queues are ${queues.join(', ')}.`;
}
