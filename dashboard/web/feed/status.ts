/**
 * The state of the stack in a few words. Only a stack that is well, as far as the page may say, is "good".
 * @module
 */
import type { Frame, Outage } from '../../frame.ts';
import { formatCount } from '../ui/format.ts';

interface Status {
  kind: 'idle' | 'good' | 'warning' | 'error';
  text: string;
}

interface Feed {
  connection: 'connecting' | 'live' | 'lost';
  frame: Frame | undefined;
  outage: Outage | undefined;
}

/** @param revealed whether the page shows problems although they are hidden by default */
export function statusOf({ connection, frame, outage }: Feed, revealed: boolean): Status {
  if (connection === 'lost') return { kind: 'error', text: 'connection lost, reconnecting' };
  if (connection === 'connecting') return { kind: 'idle', text: 'connecting' };
  if (outage?.unreachable) return { kind: 'error', text: 'Redis is unreachable, retrying' };
  if (outage) return { kind: 'error', text: `cannot read data from Redis: ${outage.reason}` };
  if (frame === undefined) return { kind: 'good', text: 'live' };
  return frameStatus(frame, showsProblems(frame, revealed));
}

/**
 * Returns true if the page lists problems.
 * @param revealed whether somebody has asked for them
 */
export function showsProblems(frame: Frame | undefined, revealed: boolean): boolean {
  return frame?.showsProblems !== false || revealed;
}

/** Jobs that failed for good stay until somebody retries or removes them. */
function frameStatus({ problems, queue: { failed } }: Frame, areShown: boolean): Status {
  const jobs = failed === 0 ? '' : formatCount(failed, 'failed job');
  const listed = (first: string) => [first, jobs].filter(Boolean).join(', ');
  const [problem] = problems;
  if (!areShown)
    return { kind: failed === 0 ? 'idle' : 'warning', text: listed('live, problems hidden') };
  if (problem !== undefined)
    return { kind: problem.severity, text: listed(formatCount(problems.length, 'problem')) };
  return { kind: failed === 0 ? 'good' : 'warning', text: listed('live') };
}
