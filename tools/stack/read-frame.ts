import type { Frame, Outage } from '../../dashboard/frame/frame.ts';
import { LIMIT_MS } from './until.ts';

/** Returns the latest frame of the dashboard at this origin, or undefined if there is none or it is unreachable. */
export async function readFrame(dashboard: string): Promise<Frame | undefined> {
  try {
    const response = await fetch(`${dashboard}/api/frame`, {
      signal: AbortSignal.timeout(LIMIT_MS),
    });
    const frame = response.ok ? ((await response.json()) as Frame | Outage) : undefined;
    return frame === undefined || 'unreachable' in frame ? undefined : frame;
  } catch {
    return undefined; // connection refused, or no response
  }
}
