import type { Tile } from './tile.ts';

/** What a stack is sorted by has to be the same for this many rounds before its tile moves. */
const MIN_ROUNDS = 3;

interface Place {
  /** Smaller = further to the front. */
  rank: number;
  /** What it may become, and for how many rounds that has been so. */
  next: number;
  rounds: number;
}

/** Errors come first, then warnings; among equals, the stack with the most steps left. */
const rankOf = ({ trouble, step }: Tile) => SEVERITIES.indexOf(trouble?.severity) * 100 + step;

const SEVERITIES = ['error', 'warning', undefined];

const names = new Intl.Collator('en', { numeric: true });

/** Sorts the tiles so that whoever is stuck comes first, without tiles that jump to and fro. */
export class Order {
  readonly #places = new Map<string, Place>();

  /** Call it once per round. */
  sort(tiles: readonly Tile[]): Tile[] {
    const ranks = new Map(tiles.map((tile) => [tile, this.#settle(tile)]));
    const rank = (tile: Tile) => ranks.get(tile) ?? 0;
    return tiles.toSorted((a, b) => rank(a) - rank(b) || names.compare(a.name, b.name));
  }

  #settle(tile: Tile): number {
    const rank = rankOf(tile);
    const place = this.#places.get(tile.url);
    if (place === undefined || tile.state === 'asking') {
      // The first answer counts at once.
      if (tile.state !== 'asking') this.#places.set(tile.url, { rank, next: rank, rounds: 0 });
      return rank;
    }
    place.rounds = rank === place.next ? place.rounds + 1 : 1;
    place.next = rank;
    if (place.rounds >= MIN_ROUNDS) place.rank = rank;
    return place.rank;
  }
}
