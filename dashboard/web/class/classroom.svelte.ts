import { local } from '../ui/storage.ts';
import { StoredValue } from '../ui/stored-value.svelte.ts';
import { ask } from './ask.ts';
import { fromHash, toHash } from './link.ts';
import { Order } from './order.ts';
import { Rounds } from './rounds.ts';
import { parseStacks } from './stacks.ts';
import { tileOf, type Tile } from './tile.ts';

/** The list of stacks, which the browser remembers and the page's address holds, and what is known of each. */
export class Classroom {
  readonly #stored = new StoredValue<string>(local, 'class');
  readonly #rounds = new Rounds(ask, () => this.#update());
  readonly #order = new Order();
  /** The list as it was typed. */
  text = $state('');
  readonly list = $derived(parseStacks(this.text));
  /** In the order in which they are shown. */
  tiles = $state.raw<Tile[]>([]);

  constructor() {
    this.show(fromHash(location.hash) ?? this.#stored.value ?? '');
    window.addEventListener('hashchange', () => this.show(fromHash(location.hash) ?? ''));
    const followIfVisible = () => (document.hidden ? this.#rounds.stop() : this.#rounds.start());
    document.addEventListener('visibilitychange', followIfVisible);
    followIfVisible();
  }

  /** Shows the stacks of this list, and remembers it. */
  show(text: string): void {
    this.text = text.trim();
    this.#stored.value = this.text;
    const { pathname, search } = location;
    history.replaceState(null, '', `${pathname}${search}${toHash(this.text)}`);
    this.#rounds.follow(this.list.stacks.map(({ url }) => url));
    this.#update();
  }

  #update(): void {
    const tiles = this.list.stacks.map((stack) => {
      const before = this.tiles.find(({ url }) => url === stack.url);
      return tileOf(stack, this.#rounds.contact(stack.url), before);
    });
    this.tiles = this.#order.sort(tiles);
  }
}
