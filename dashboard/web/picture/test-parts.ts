/**
 * Boxes for tests, as the browser might lay them out.
 * @module
 */
import type { Rect } from './geometry.ts';
import type { Parts } from './layout.ts';

const box = (left: number, top: number, width: number, height: number): Rect => ({
  left,
  top,
  width,
  height,
});

/** The boxes next to one another, 660 pixels wide. */
export const WIDE: Parts = {
  producer: box(0, 0, 140, 80),
  queue: box(0, 100, 140, 140),
  waiting: box(10, 150, 120, 40),
  delayed: box(10, 200, 120, 30),
  miner: box(170, 0, 160, 360),
  cells: box(180, 40, 140, 300),
  rng: box(520, 0, 140, 190),
  'rng-line': box(340, 20, 170, 170),
  'rng-doors': box(530, 50, 120, 130),
  hasher: box(520, 210, 140, 150),
  'hasher-line': box(340, 230, 170, 130),
  'hasher-doors': box(530, 260, 120, 90),
  redis: box(0, 260, 140, 100),
};

/** The boxes below one another. */
export const STACKED: Parts = {
  producer: box(0, 0, 350, 80),
  queue: box(0, 100, 350, 100),
  waiting: box(10, 130, 330, 30),
  delayed: box(10, 165, 330, 30),
  miner: box(0, 220, 350, 120),
  cells: box(10, 250, 330, 80),
  rng: box(0, 430, 190, 90),
  'rng-line': box(30, 370, 150, 50),
  'rng-doors': box(10, 470, 170, 40),
  hasher: box(210, 430, 140, 90),
  'hasher-line': box(240, 370, 100, 50),
  'hasher-doors': box(220, 470, 120, 40),
  redis: box(0, 540, 350, 90),
};
