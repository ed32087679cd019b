import type { Frame, Outage } from '../dashboard/frame.ts';

/** The newest frame of a dashboard; undefined while there is none. */
export async function readFrame(dashboard: string): Promise<Frame | undefined> {
  try {
    const answer = await fetch(`${dashboard}/api/frame`);
    const frame = answer.ok ? ((await answer.json()) as Frame | Outage) : undefined;
    return frame === undefined || 'unreachable' in frame ? undefined : frame;
  } catch {
    return undefined; // it does not listen
  }
}
