import type { JobPath, JobQuery } from '../../frame/job-path.ts';

/** Asks the server for the path of a job. Resolves to a sentence that says why if it has none. */
export async function requestJobPath(query: JobQuery): Promise<JobPath | string> {
  try {
    const response = await fetch(`api/job?${parametersOf(query)}`);
    if (response.ok) return (await response.json()) as JobPath;
    const reason = await response.text();
    return response.status === 404 ? reason : `${response.status}: ${reason}`;
  } catch {
    return 'The dashboard is unreachable.';
  }
}

function parametersOf(query: JobQuery): string {
  const value = encodeURIComponent;
  if (query.by === 'id') return `queue=${value(query.queue)}&id=${value(query.id)}`;
  return query.by === 'miner' ? `miner=${value(query.miner)}` : query.by;
}
