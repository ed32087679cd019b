export const RANGES = [1, 5, 15, 60] as const;
export type Range = (typeof RANGES)[number];

/** What the viewer chose, kept in the address, so that the address is a link to the same view. */
export class View {
  /** Minutes that the plot shows. */
  minutes = $state<Range>(5);
  /** Whether the plot has the classic picture on top. */
  classic = $state(false);
  /** The number and the plot only. */
  readonly wall: boolean;

  /** @param params of the address */
  constructor(params: URLSearchParams) {
    this.minutes = RANGES.find((range) => String(range) === params.get('minutes')) ?? 5;
    this.classic = params.has('classic');
    this.wall = params.has('wall');
  }

  /** The query of an address that leads to this view. */
  get search(): string {
    const parts = [
      this.minutes === 5 ? '' : `minutes=${this.minutes}`,
      this.classic ? 'classic' : '',
      this.wall ? 'wall' : '',
    ].filter(Boolean);
    return parts.length === 0 ? '' : `?${parts.join('&')}`;
  }
}
