/**
 * How the services differ from the usual experiment, in sentences without a full stop.
 * @module
 */

/** A replica, a miner, or the producer that leads. */
interface Varied {
  name: string;
  /** With the replica as the subject: "fails 5% of requests". */
  variations?: string[] | undefined;
}

interface Services {
  rng: Varied[];
  hasher: Varied[];
  miner: Varied[];
  producer: Varied | undefined;
}

/** More replicas than this are counted, not named. */
const MAX_NAMED = 3;

/** Returns "rng fails 5% of requests" if that holds for all replicas, otherwise "rng-2 fails 5% of requests". */
export function describeVariations({ rng, hasher, miner, producer }: Services): string[] {
  return [
    ...(producer?.variations ?? []).map((words) => `producer ${words}`),
    ...describeService('miner', miner),
    ...describeService('rng', rng),
    ...describeService('hasher', hasher),
  ];
}

function describeService(service: string, replicas: Varied[]): string[] {
  const all = new Set(replicas.flatMap(({ variations = [] }) => variations));
  return [...all].flatMap((words) => {
    const varied = replicas.filter(({ variations }) => variations?.includes(words));
    if (varied.length === replicas.length) return [`${service} ${words}`];
    if (varied.length > MAX_NAMED) return [`each of ${varied.length} ${service} replicas ${words}`];
    return varied.map(({ name }) => `${name} ${words}`);
  });
}
