/**
 * The dots of the picture: their positions and routes.
 * @module
 */
import type { UpstreamName } from '../../frame/frame.ts';
import type { Point } from './geometry.ts';
import type { Lane, Layout } from './layout.ts';
import type { Pace } from './pace.ts';
import type { Exit, Job, Move, Station, Traffic } from './traffic.ts';

/**
 * In how many milliseconds a dot covers most of its way: a share of the time per loop, and of the time in which the line moves
 * up by one, so that it arrives before it leaves again.
 */
const TRAVEL = { ofLoop: 1 / 14, ofStep: 0.7, min: 35, max: 110 };

/**
 * The same for moving up in the line. At ten steps a second, smooth motion would need twice as many pictures as we draw: the line
 * would seem to run backward.
 */
const MOVE_UP = 0.2;

/** A click this far from the middle of a dot (CSS pixels) still hits it: dots are small, and they move. */
const REACH = 12;

/** `job` is in progress; the others are on their way out of, or into, the queue. */
type Kind = 'job' | 'done' | 'failed' | 'queued';

export interface Dot extends Point {
  kind: Kind;
  /** True if it stands out. */
  followed: boolean;
  /** Its path since the last step, ending at its position. */
  trail: Point[];
}

interface MovingDot extends Dot {
  /** The points ahead of it; it stays at the last one. */
  route: Point[];
  job: Job | undefined;
  at: Station | undefined;
  /** Its place in the square of its miner, and at a door of rng or hasher; undefined if all are taken. */
  square: number;
  door: number | undefined;
}

export class Scene {
  readonly #traffic: Traffic;
  readonly #dots = new Set<MovingDot>();
  readonly #byJob = new Map<Job, MovingDot>();
  #layout: Layout | undefined;
  #revealed = false;
  /** Jobs that the producer has added, but that have not been drawn. */
  #added = 0;

  constructor(traffic: Traffic) {
    this.#traffic = traffic;
  }

  get dots(): Iterable<Dot> {
    return this.#dots;
  }

  /** Returns the miner group whose job is drawn at this point; undefined if no job is near. */
  minerAt({ x, y }: Point): string | undefined {
    const distance = (dot: Dot) => Math.hypot(dot.x - x, dot.y - y);
    const [nearest] = [...this.#byJob.values()].sort((a, b) => distance(a) - distance(b));
    return nearest && distance(nearest) <= REACH ? nearest.job?.miner : undefined;
  }

  /** Adopts a new layout: the dots set out for their new places. */
  arrange(layout: Layout, revealed: boolean): void {
    const previous = this.#layout;
    this.#layout = layout;
    this.#revealed = revealed;
    for (const name of ['rng', 'hasher'] as const) {
      if (layout[name].places.length !== previous?.[name].places.length) this.#reassignDoors(name);
    }
    if (previous !== undefined) return;
    for (const dot of this.#byJob.values()) dot.followed = this.#isFollowed(dot);
    this.settle();
  }

  /** Moves all dots to their destinations at once. */
  settle(): void {
    this.#aim();
    for (const dot of this.#dots) {
      if (dot.job === undefined) this.#dots.delete(dot);
      const target = dot.route.at(-1) ?? dot;
      Object.assign(dot, { x: target.x, y: target.y, route: [], trail: [] });
    }
  }

  /** Sends dots on their way. */
  apply(moves: readonly Move[]): void {
    for (const { job, to } of moves) {
      const dot = this.#byJob.get(job);
      if (dot === undefined) this.#appear(job, to);
      else if (isExit(to)) this.#leave(dot, to);
      else this.#visit(dot, to);
    }
  }

  /** Draws jobs on their way into the queue: from the delayed ones, and from the producer. */
  enqueue(returned: number, added: number): void {
    const layout = this.#layout;
    const front = layout?.waiting[0];
    const back = layout?.waiting.at(-1);
    if (!layout || !front || !back) return;
    for (let n = 0; n < returned; n += 1) this.#start('queued', layout.delayed, [front]);
    this.#added += added;
    for (; this.#added >= 1; this.#added -= 1) {
      const [from, to] = layout.lanes.add;
      this.#start('queued', from, [to, { x: to.x, y: back.y }, back]); // past the text in the box
    }
  }

  /** Moves all dots. Returns false if none moved. */
  step(ms: number, pace: Pace): boolean {
    this.#aim();
    const stepMs = pace.speed === 0 ? Infinity : (pace.slowdown * 1000) / pace.speed;
    const share = Math.min(pace.dots * TRAVEL.ofLoop, TRAVEL.ofStep);
    const travelMs = Math.min(TRAVEL.max, Math.max(TRAVEL.min, stepMs * share));
    let hasMoved = false;
    for (const dot of this.#dots) {
      const timeMs = this.#isMovingUp(dot) ? Math.min(TRAVEL.max, stepMs * MOVE_UP) : travelMs;
      hasMoved = travel(dot, 1 - Math.exp(-ms / timeMs)) || hasMoved;
      if (dot.job === undefined && dot.route.length === 0) this.#dots.delete(dot);
    }
    return hasMoved;
  }

  #isFollowed({ job, square }: MovingDot): boolean {
    return job !== undefined && square === 0 && job.miner === this.#layout?.followed;
  }

  #isMovingUp({ at, x, y, route }: MovingDot): boolean {
    const [next, ...others] = route;
    if (at !== 'line' || !next || others.length > 0) return false;
    return Math.hypot(next.x - x, next.y - y) < 3 * (this.#layout?.dot ?? 0);
  }

  #start(kind: Kind, { x, y }: Point, route: Point[]): MovingDot {
    const dot: MovingDot = {
      ...{ kind, x, y, route, trail: [], followed: false },
      ...{ job: undefined, at: undefined, square: 0, door: undefined },
    };
    this.#dots.add(dot);
    return dot;
  }

  #appear(job: Job, to: Move['to']): void {
    if (isExit(to)) return;
    const front = this.#layout?.waiting[0] ?? { x: 0, y: 0 };
    const dot = this.#start('job', front, [...this.#lanes('take')]);
    dot.job = job;
    const taken = [...this.#byJob.values()].filter((other) => other.job?.miner === job.miner);
    dot.square = firstFree(taken.map(({ square }) => square));
    dot.followed = this.#isFollowed(dot);
    this.#byJob.set(job, dot);
    this.#visit(dot, to);
  }

  #visit(dot: MovingDot, to: Station): void {
    const from = dot.at;
    dot.at = to;
    dot.door = to === 'rng' || to === 'hasher' ? this.#freeDoor(to, dot) : undefined;
    if (!this.#revealed) return;
    // The place in the line was never a destination of its own.
    if (from === 'line') dot.route.pop();
    const square = this.#square(dot);
    if (to === 'line') dot.route.push(...this.#lanes('ask').slice(0, 1));
    if (to === 'hasher' && from === 'rng') {
      dot.route.push(...this.#lanes('answer'), ...square, ...this.#lanes('post'));
    }
    if (to === 'miner' && from === 'line') dot.route.push(...this.#lanes('answer'));
    dot.route.push(this.#target(dot));
  }

  #leave(dot: MovingDot, exit: Exit): void {
    const layout = this.#layout;
    const square = this.#square(dot);
    if (dot.job) this.#byJob.delete(dot.job);
    dot.job = undefined;
    if (exit === 'gone' || !layout) {
      this.#dots.delete(dot);
      return;
    }
    if (dot.at === 'line') dot.route.pop();
    const back = dot.at === 'hasher' ? 'hash' : 'answer';
    if (this.#revealed && dot.at !== 'miner') dot.route.push(...this.#lanes(back));
    dot.kind = exit;
    if (exit === 'done') dot.route.push(...square, ...this.#lanes('count'));
    else dot.route.push(...this.#lanes('retry'), layout.delayed);
  }

  /** Lets every dot's route end where the dot belongs now: lines move up, and doors become free. */
  #aim(): void {
    if (!this.#layout) return;
    for (const dot of this.#byJob.values()) {
      if (dot.at === 'hasher' && dot.door === undefined) dot.door = this.#freeDoor('hasher', dot);
      const target = this.#target(dot);
      if (dot.route.length > 0) dot.route[dot.route.length - 1] = target;
      else if (dot.x !== target.x || dot.y !== target.y) dot.route.push(target);
    }
  }

  #target(dot: MovingDot): Point {
    const layout = this.#layout;
    if (!layout || !dot.job) return dot;
    const place = this.#revealed ? this.#placeAtUpstream(dot, layout) : undefined;
    return place ?? this.#square(dot)[0] ?? dot;
  }

  #placeAtUpstream(dot: MovingDot, layout: Layout): Point | undefined {
    if (dot.at === undefined || dot.at === 'miner') return undefined;
    const name = dot.at === 'hasher' ? 'hasher' : 'rng';
    const { places, line } = layout[name];
    if (dot.door !== undefined) return places[dot.door];
    return line[this.#lineAt(name).indexOf(dot)] ?? line.at(-1);
  }

  /** Returns the dots in line at rng or hasher, first one first: also those that are to be served, but find no free door. */
  #lineAt(name: UpstreamName): MovingDot[] {
    const early = [...this.#byJob.values()].filter(
      ({ at, door }) => at === name && door === undefined,
    );
    if (name === 'hasher') return early;
    return [...early, ...this.#traffic.line.flatMap((job) => this.#byJob.get(job) ?? [])];
  }

  #square({ job, square }: MovingDot): Point[] {
    const places = this.#layout?.miners.get(job?.miner ?? '')?.places ?? [];
    return places.slice(square % (places.length || 1)).slice(0, 1);
  }

  #reassignDoors(name: UpstreamName): void {
    const dots = [...this.#byJob.values()].filter(({ at }) => at === name);
    for (const dot of dots) dot.door = undefined;
    for (const dot of dots) dot.door = this.#freeDoor(name, dot);
  }

  /** Returns the first free place; undefined if all slots are taken. Places without a limit are shared. */
  #freeDoor(name: UpstreamName, dot: MovingDot): number | undefined {
    const { places = [], doors = [] } = this.#layout?.[name] ?? {};
    const others = [...this.#byJob.values()].filter((other) => other !== dot && other.at === name);
    const free = firstFree(others.flatMap(({ door }) => door ?? []));
    if (free < places.length) return free;
    const isOpen = doors.some(({ closed, slots }) => !closed && slots === 0);
    return isOpen ? free % places.length : undefined;
  }

  #lanes(lane: Lane): Point[] {
    return this.#layout?.lanes[lane] ?? [];
  }
}

function isExit(to: Move['to']): to is Exit {
  return to === 'done' || to === 'failed' || to === 'gone';
}

function firstFree(taken: number[]): number {
  const numbers = new Set(taken);
  let free = 0;
  while (numbers.has(free)) free += 1;
  return free;
}

/** Moves a dot along this share of its remaining route, or to its end if that is near. Returns false if it was there. */
function travel(dot: MovingDot, share: number): boolean {
  dot.trail = [{ x: dot.x, y: dot.y }];
  let remaining = 0;
  let previous: Point = dot;
  for (const point of dot.route) {
    remaining += Math.hypot(point.x - previous.x, point.y - previous.y);
    previous = point;
  }
  const hasMoved = dot.route.length > 0;
  let distance = remaining < 1 ? remaining : remaining * share;
  for (let next = dot.route[0]; next !== undefined; next = dot.route[0]) {
    const length = Math.hypot(next.x - dot.x, next.y - dot.y);
    const part = length <= distance + 0.01 ? 1 : distance / length;
    dot.x += part * (next.x - dot.x);
    dot.y += part * (next.y - dot.y);
    dot.trail.push({ x: dot.x, y: dot.y });
    if (part < 1) break;
    distance -= length;
    dot.route.shift();
  }
  return hasMoved;
}
