/** Time ranges of the plot, in minutes. */
export const RANGES = [1, 5, 15, 60] as const;
type Range = (typeof RANGES)[number];

const DEFAULT_RANGE = 5;

/** What the page shows. Kept in its URL, so that a copied link opens the same view. */
export class View {
  minutes = $state<Range>(DEFAULT_RANGE);
  /** Whether the plot also shows the classic graph. */
  classic = $state(false);
  /** Shows only what a class looks at together, for a wall display: one screen without tables. */
  readonly wall: boolean;

  /** @param params the query of the page's URL */
  constructor(params: URLSearchParams) {
    this.minutes = RANGES.find((range) => String(range) === params.get('minutes')) ?? DEFAULT_RANGE;
    this.classic = params.has('classic');
    this.wall = params.has('wall');
  }

  /** The query of the URL for this view; empty for the default view. */
  get search(): string {
    const params = [
      this.minutes === DEFAULT_RANGE ? '' : `minutes=${this.minutes}`,
      this.classic ? 'classic' : '',
      this.wall ? 'wall' : '',
    ].filter(Boolean);
    return params.length === 0 ? '' : `?${params.join('&')}`;
  }
}
