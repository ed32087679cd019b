/**
 * Whether another stack on this machine would disturb the measurements.
 * @module
 */
import type { Frame, Outage } from '../../dashboard/frame/frame.ts';
import { Control } from '../../local/commands/client.ts';
import { NoStackError } from '../../local/control-socket.ts';

/** A dashboard answers at once, also on a busy machine. */
const TIMEOUT_MS = 5000;

/**
 * Resolves to why another stack would disturb the lab, and what to do about it; undefined if none is found.
 * @param dashboard the usual origin of a dashboard on this machine
 * @param folder the LOCAL_DIR of `npm start` in this project
 * @throws {Error} if it cannot find out
 */
export async function findDisturbance(
  dashboard: string,
  folder: string,
): Promise<string | undefined> {
  if (await isDashboard(dashboard))
    return `a stack is running at ${dashboard} and would disturb the measurements: stop it first (Ctrl-C, or docker compose down)`;
  await using control = new Control(folder);
  try {
    await control.addresses();
  } catch (err) {
    if (err instanceof NoStackError) return undefined;
    throw err;
  }
  return 'npm start is running in this folder and would disturb the measurements: stop it first (Ctrl-C)';
}

/**
 * Returns false if nothing listens at this origin, or something else than a dashboard. A dashboard that has no figures, because
 * Redis is down or the stack is just starting, counts: they may mine again in the middle of a measurement.
 * @throws {Error} if something listens and does not answer: it may be a dashboard that is stopped or overloaded
 */
async function isDashboard(origin: string): Promise<boolean> {
  let response: Response;
  try {
    response = await fetch(`${origin}/api/frame`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (err) {
    const { name, code, message } = ((err as Error).cause ?? err) as NodeJS.ErrnoException;
    if (code === 'ECONNREFUSED' || name === 'HTTPParserError') return false; // it does not speak HTTP
    const reason = code ?? message;
    throw new Error(
      `cannot find out whether a stack at ${origin} would disturb the measurements (${reason}): stop what listens there, or set DASHBOARD_PORT`,
      { cause: err },
    );
  }
  const text = await response.text();
  if (!response.ok) return text.startsWith('no frame yet');
  try {
    const message = JSON.parse(text) as Partial<Frame | Outage> | null;
    return message !== null && typeof message.at === 'number';
  } catch {
    return false; // not JSON
  }
}
