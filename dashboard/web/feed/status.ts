/**
 * The state of the stack in a few words. Only a stack that is well, as far as the page may say, is "good".
 * @module
 */
import type { Frame } from '../../frame/frame.ts';
import { formatCount } from '../ui/format.ts';
import type { Feed } from './feed.svelte.ts';

interface Status {
  kind: 'idle' | 'good' | 'warning' | 'error';
  text: string;
}

/** @param revealed whether the page shows problems although they are hidden by default */
export function statusOf(
  { source, connection, frame, outage }: Pick<Feed, 'source' | 'connection' | 'frame' | 'outage'>,
  revealed: boolean,
): Status {
  if (connection === 'lost')
    return {
      kind: 'error',
      text: source === 'live' ? 'connection lost, reconnecting' : 'simulation failed',
    };
  if (connection === 'connecting') return { kind: 'idle', text: 'connecting' };
  if (outage?.unreachable) return { kind: 'error', text: 'Redis is unreachable, retrying' };
  if (outage) return { kind: 'error', text: `cannot read data from Redis: ${outage.reason}` };
  if (frame === undefined) return { kind: 'good', text: source };
  return frameStatus(frame, showsProblems(frame, revealed), source);
}

/**
 * Returns true if the page lists problems.
 * @param revealed whether somebody has asked for them
 */
export function showsProblems(frame: Frame | undefined, revealed: boolean): boolean {
  return frame?.showsProblems !== false || revealed;
}

/** Jobs that failed for good stay until somebody retries or removes them. */
function frameStatus(
  { problems, queue: { failed } }: Frame,
  areShown: boolean,
  source: Feed['source'],
): Status {
  const jobs = failed === 0 ? '' : formatCount(failed, 'failed job');
  const listed = (first: string) => [first, jobs].filter(Boolean).join(', ');
  const [problem] = problems;
  if (!areShown)
    return { kind: failed === 0 ? 'idle' : 'warning', text: listed(`${source}, problems hidden`) };
  if (problem !== undefined)
    return { kind: problem.severity, text: listed(formatCount(problems.length, 'problem')) };
  return { kind: failed === 0 ? 'good' : 'warning', text: listed(source) };
}
