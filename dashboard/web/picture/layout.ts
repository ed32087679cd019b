/**
 * Where everything is: derived from the boxes, which the browser lays out. All lengths are CSS pixels.
 * @module
 */
import type { UpstreamName } from '../../frame/frame.ts';
import type { Door } from './doors.ts';
import {
  bottom,
  cellsIn,
  center,
  centerX,
  centerY,
  inset,
  right,
  snakeIn,
  type Point,
  type Rect,
} from './geometry.ts';
import type { MinerGroup } from './miner-groups.ts';
import type { Pace } from './pace.ts';

/** The elements of the page that are measured: boxes, and areas in and between them. */
export const PARTS = [
  'producer',
  'queue',
  'waiting',
  'delayed',
  'miner',
  'cells',
  'rng',
  'rng-line',
  'rng-doors',
  'hasher',
  'hasher-line',
  'hasher-doors',
  'redis',
] as const;

export type Part = (typeof PARTS)[number];

export type Parts = Record<Part, Rect>;

/** Ways between the boxes, named for what happens on them. */
export type Lane = 'add' | 'take' | 'retry' | 'ask' | 'answer' | 'post' | 'hash' | 'count';

export interface Layout {
  /** Diameter of a dot. */
  dot: number;
  /** Dots do not leave it. */
  bounds: Rect;
  lanes: Record<Lane, [from: Point, to: Point]>;
  /** Where jobs wait in the queue, first one first. */
  waiting: Point[];
  /** Where to write how many more there are than places: the left end of the text's baseline; undefined if all have one. */
  more: Point | undefined;
  delayed: Point;
  /** Squares of the miner groups, and the places for dots in them. */
  miners: Map<string, Spot>;
  /** Id of the miner group of which one job stands out, so that the eye can follow it; undefined if there are few jobs. */
  followed: string | undefined;
  rng: UpstreamLayout;
  hasher: UpstreamLayout;
}

export interface Spot {
  rect: Rect;
  places: Point[];
}

export interface UpstreamLayout {
  doors: (Spot & Door)[];
  /** The places at all doors, in the order in which they are used. */
  places: Point[];
  /** The places in the line, first one first. */
  line: Point[];
}

interface Content {
  groups: readonly MinerGroup[];
  doors: Record<UpstreamName, readonly Door[]>;
  /** Number of dots that wait in the queue. */
  waiting: number;
  pace: Pick<Pace, 'dots' | 'jobsPerDot'>;
}

/** @param em the picture's font size, which sets the size of everything */
export function layoutOf(parts: Parts, em: number, content: Content): Layout {
  const { groups, doors, pace } = content;
  const dot = 0.75 * em;
  const step = 1.05 * em;
  const jobsPerMiner = groups.map(({ concurrency }) => Math.ceil(concurrency / pace.jobsPerDot));
  const dotsPerCell = Math.max(1, Math.min(pace.dots, Math.max(0, ...jobsPerMiner)));
  const cellSize = Math.max(2.4 * em, (Math.ceil(Math.sqrt(dotsPerCell)) + 0.8) * step);
  const cells = cellsIn(parts.cells, groups.length, { width: cellSize, height: cellSize });
  const upstream = (name: UpstreamName): UpstreamLayout => {
    const area = parts[`${name}-doors`];
    const isOpen = doors[name].length === 1 && doors[name][0]?.slots === 0;
    const rects = cellsIn(area, doors[name].length, {
      width: isOpen ? Math.min(7 * em, area.width) : 3.4 * em,
      height: isOpen ? Math.min(5 * em, area.height) : 2.3 * em,
    });
    const indent = Math.min(...rects.map(({ left }) => left)) - area.left;
    const spots = doors[name].map((door, index) => {
      const cell = rects[index] ?? area;
      const rect = inset({ ...cell, left: cell.left - indent }, 0.2 * em);
      return { ...door, rect, places: placesIn(rect, door.closed ? null : door.slots, step) };
    });
    return {
      doors: spots,
      places: interleave(spots.map(({ places }) => places)),
      line: snakeIn(lineArea(parts, name, step), pace.dots, step),
    };
  };
  const places = {
    lanes: lanesOf(parts, em, step),
    ...waitingIn(parts.waiting, content.waiting, step),
    delayed: center(parts.delayed),
    miners: new Map(
      groups.map(({ id }, index) => {
        const rect = inset(cells[index] ?? parts.cells, 0.15 * em);
        return [id, { rect, places: placesIn(rect, dotsPerCell, step) }];
      }),
    ),
    rng: upstream('rng'),
    hasher: upstream('hasher'),
  };
  const followed = pace.dots > 2 ? groups.find(({ lost }) => !lost)?.id : undefined;
  return { dot, bounds: boundsOf(places, dot), followed, ...places };
}

/** Returns the places for dots that wait and, if there are too few, where to say so: in a row above the dots. */
function waitingIn(area: Rect, dots: number, step: number): Pick<Layout, 'waiting' | 'more'> {
  const places = placesFor(area, step);
  if (dots <= places) return { waiting: snakeIn(area, places, step), more: undefined };
  const rows = Math.max(1, Math.floor(area.height / step) - 1);
  const height = rows * step;
  const rest = { ...area, top: bottom(area) - height, height };
  return {
    waiting: snakeIn(rest, Math.max(1, placesFor(rest, step)), step),
    more: { x: area.left, y: rest.top - 0.3 * step },
  };
}

function boundsOf(places: Omit<Layout, 'dot' | 'bounds' | 'followed'>, margin: number): Rect {
  const { lanes, waiting, delayed, miners, rng, hasher } = places;
  const points = [
    ...Object.values(lanes).flat(),
    ...waiting,
    delayed,
    ...[...miners.values()].flatMap((spot) => spot.places),
    ...[...rng.places, ...rng.line, ...hasher.places, ...hasher.line],
  ];
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  return inset(
    { left, top, width: Math.max(...xs) - left, height: Math.max(...ys) - top },
    -margin,
  );
}

/**
 * Returns places around the center of a door or square.
 * @param slots how many places; 0 = as many as fit; null = unknown, so no place
 */
function placesIn(rect: Rect, slots: number | null, step: number): Point[] {
  if (slots === null) return [];
  const inner = inset(rect, 0.2 * step);
  const count = Math.min(slots || Infinity, Math.max(1, placesFor(inner, step)));
  return cellsIn(inner, count, { width: step, height: step }).map(center);
}

function placesFor({ width, height }: Rect, step: number): number {
  return Math.floor(width / step) * Math.floor(height / step);
}

/** Returns the first element of each list, then the second ones, and so on. */
function interleave<T>(lists: T[][]): T[] {
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, index) =>
    lists.flatMap((list) => list.slice(index, index + 1)),
  ).flat();
}

/** On a narrow page, the boxes are below one another. */
function isStacked({ queue, miner }: Parts): boolean {
  return miner.top >= bottom(queue);
}

/** Returns where the line is: in front of the doors. If it is long, it goes on above. */
function lineArea(parts: Parts, name: UpstreamName, step: number): Rect {
  const area = parts[`${name}-line`];
  if (isStacked(parts)) return area;
  return { ...area, height: centerY(parts[`${name}-doors`]) + step / 2 - area.top };
}

/** Boxes side by side have horizontal lanes, others vertical ones. */
function lanesOf(parts: Parts, em: number, step: number): Layout['lanes'] {
  const { producer, queue, waiting, delayed, miner, rng, hasher, redis } = parts;
  const line = lineArea(parts, 'rng', step);
  const post = lineArea(parts, 'hasher', step);
  const across = (from: number, to: number, y: number): [Point, Point] => [
    { x: from, y },
    { x: to, y },
  ];
  const down = (from: number, to: number, x: number): [Point, Point] => [
    { x, y: from },
    { x, y: to },
  ];
  const add = down(bottom(producer), queue.top, right(waiting) - step);
  if (isStacked(parts)) {
    return {
      add,
      take: down(bottom(queue), miner.top, centerX(waiting)),
      retry: down(miner.top, bottom(queue), centerX(delayed)),
      ask: down(bottom(miner), rng.top, right(line) - step / 2),
      answer: down(rng.top, bottom(miner), (rng.left + line.left) / 2),
      post: down(bottom(miner), hasher.top, centerX(hasher) - em / 2),
      hash: down(hasher.top, bottom(miner), centerX(hasher) + em),
      count: down(bottom(miner), redis.top, (right(rng) + hasher.left) / 2),
    };
  }
  return {
    add,
    take: across(right(queue), miner.left, centerY(waiting)),
    retry: across(miner.left, right(queue), centerY(delayed)),
    ask: across(right(miner), rng.left, bottom(line) - step / 2),
    answer: across(rng.left, right(miner), bottom(line) + em),
    post: across(right(miner), hasher.left, bottom(post) - step / 2),
    hash: across(hasher.left, right(miner), bottom(post) + em),
    count: across(miner.left, right(redis), centerY(redis)),
  };
}
