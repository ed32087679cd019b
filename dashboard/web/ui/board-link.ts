/**
 * Returns the address of a queue in Bull Board, relative to the page, or of its overview if there are several queues.
 * @param rest what follows the name of the queue, for example `?status=failed`
 */
export function boardLink([name = '', ...others]: string[], rest = ''): string {
  return others.length === 0 ? `queues/queue/${encodeURIComponent(name)}${rest}` : 'queues';
}
