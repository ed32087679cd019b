/**
 * Queries to a running Prometheus.
 * @module
 */

export interface Sample {
  metric: Record<string, string>;
  value: number;
}

interface Alert {
  labels: Record<string, string>;
  state: 'pending' | 'firing';
}

async function get<T>(origin: string, path: string): Promise<T> {
  const response = await fetch(`${origin}/api/v1/${path}`);
  const { data, error } = (await response.json()) as { data: T; error?: string };
  if (error !== undefined) throw new Error(error);
  return data;
}

/** Resolves to the current value of each series. @throws {Error} with the reason if the query is invalid */
export async function query(origin: string, expr: string): Promise<Sample[]> {
  const { result } = await get<{
    result: { metric: Record<string, string>; value: [number, string] }[];
  }>(origin, `query?${new URLSearchParams({ query: expr }).toString()}`);
  return result.map(({ metric, value: [, value] }) => ({ metric, value: Number(value) }));
}

/** Resolves to the names of all alerts that fire, each followed by its job if it has one. */
export async function firing(origin: string): Promise<string[]> {
  const { alerts } = await get<{ alerts: Alert[] }>(origin, 'alerts');
  return alerts
    .filter(({ state }) => state === 'firing')
    .map(({ labels: { alertname = '', job } }) =>
      job === undefined ? alertname : `${alertname} ${job}`,
    );
}
