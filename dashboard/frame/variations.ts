/**
 * How the services differ from the usual experiment.
 * @module
 */
import type { Variations } from '@dockercoins/common/reports';
import type { VariedReplicas } from './frame.ts';

/** A replica, a miner, or the producer that leads. */
interface Varied {
  name: string;
  variations?: Variations | undefined;
}

type Services = Record<Exclude<VariedReplicas['service'], 'producer'>, Varied[]> & {
  producer: Varied | undefined;
};

/** Returns each variation once, with the replicas that have it, in the order of the pipeline. */
export const variationsIn = ({ rng, hasher, miner, producer }: Services): VariedReplicas[] => [
  ...variationsOf('producer', producer === undefined ? [] : [producer]),
  ...variationsOf('miner', miner),
  ...variationsOf('rng', rng),
  ...variationsOf('hasher', hasher),
];

function variationsOf(service: VariedReplicas['service'], replicas: Varied[]): VariedReplicas[] {
  const namesByText = new Map<string, string[]>();
  for (const { name, variations = {} } of replicas) {
    for (const [key, value] of Object.entries(variations)) {
      const text = JSON.stringify({ [key]: value });
      namesByText.set(text, [...(namesByText.get(text) ?? []), name]);
    }
  }
  return [...namesByText].map(([text, names]) => ({
    service,
    names: names.length === replicas.length ? null : names,
    variation: JSON.parse(text) as Variations,
  }));
}
