import type { Frame, Outage, Point } from '../../frame/frame.ts';
import type { JobPath, JobQuery } from '../../frame/job-path.ts';
import { mergePoints } from './merge-points.ts';
import { appendSpeeds, type Sparklines } from './sparklines.ts';

export type Connection = 'connecting' | 'live' | 'lost';

/** What a page remembers of a frame, to notice a reset while it is reloaded. */
export type Shown = Pick<Frame, 'at' | 'loops'>;

/** What the page shows: the newest frame, the history up to it, and whether it is current. */
export abstract class Feed {
  /** A live page has a server, which can pause the queue, reset the counts, keep notes, and open Bull Board. */
  abstract readonly source: 'live' | 'simulated';
  connection = $state<Connection>('connecting');
  frame = $state.raw<Frame>();
  /** The latest message of the current outage; undefined while frames arrive. */
  outage = $state.raw<Outage>();
  /** One point per second, oldest first. Seconds that no dashboard recorded are missing. */
  points = $state.raw<Point[]>([]);
  /** Each miner's speeds since this tab became visible. */
  sparklines = $state.raw<Sparklines>();
  /** How often all counts have started from zero since this tab first showed them. */
  resets = $state(0);
  /** True while time stands still, so that nothing moves. */
  stopped = $state(false);
  /** The latest frame before the page was loaded, if any. */
  protected earlier: Shown | undefined;
  /** True if `frame` is current. */
  fresh = $derived(this.connection === 'live' && this.outage === undefined);

  /** The time that it shows (ms since 1970, or simulated), a second or so behind; undefined before the first frame. */
  abstract get now(): number | undefined;

  /** Resolves to the path of a job; if that is impossible, to a sentence that says why. Never rejects. */
  abstract jobPath(query: JobQuery): Promise<JobPath | string>;

  /**
   * Shows a message. Returns true if the history before it may be another one: after an outage or a reset.
   * @param between points of frames before it that were left out
   */
  protected show(message: Frame | Outage, between: Point[] = []): boolean {
    this.connection = 'live';
    if ('unreachable' in message) {
      this.outage = message;
      if (between.length > 0) this.points = mergePoints(this.points, between);
      return false;
    }
    const isReset = this.frame
      ? message.loops < this.frame.loops
      : this.earlier !== undefined && followsReset(message, this.earlier);
    const hasGap = isReset || this.outage !== undefined;
    if (isReset) this.resets++;
    this.outage = undefined;
    this.frame = message;
    // A reset deletes the history. Later points were recorded before Redis' clock was set back.
    const kept = isReset ? [] : this.points.filter(({ at }) => at < message.at);
    this.points = mergePoints(kept, [...between, message]);
    this.sparklines = appendSpeeds(this.sparklines, message.fleet);
    return hasGap;
  }
}

/** After a reload, another dashboard may send a frame that is older, and so has fewer loops, too. */
const followsReset = (frame: Shown, earlier: Shown) =>
  frame.at > earlier.at && frame.loops < earlier.loops;
