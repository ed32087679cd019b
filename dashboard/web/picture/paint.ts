import type { Point } from './geometry.ts';
import type { Dot } from './scene.ts';

/** CSS colors. */
export interface Colors {
  job: string;
  /** The job that stands out. */
  followed: string;
  edge: string;
  failed: string;
}

/** Length of a tail, in diameters. */
const MAX_TAIL = 5;

/** Draws the dots; a fast one has a tail, so that the eye can follow it. Lengths are CSS pixels. */
export function paint(
  context: CanvasRenderingContext2D,
  dots: Iterable<Dot>,
  diameter: number,
  colors: Colors,
): void {
  context.lineCap = 'round';
  context.lineJoin = 'round';
  const all = [...dots];
  const isPale = ({ kind }: Dot) => kind === 'done' || kind === 'queued';
  const colorOf = ({ kind, followed }: Dot) =>
    kind === 'failed' ? colors.failed : followed ? colors.followed : colors.job;
  for (const pale of [true, false]) {
    for (const color of [colors.job, colors.followed, colors.failed]) {
      const group = all.filter((dot) => isPale(dot) === pale && colorOf(dot) === color);
      context.strokeStyle = color;
      context.globalAlpha = pale ? 0.15 : 0.3;
      context.lineWidth = diameter * 0.6;
      context.stroke(tailsOf(group, MAX_TAIL * diameter));
      context.fillStyle = color;
      context.globalAlpha = pale ? 0.5 : 1;
      const discs = discsOf(group, diameter / 2);
      context.fill(discs);
      if (pale) continue;
      context.strokeStyle = colors.edge;
      context.lineWidth = 1;
      context.stroke(discs);
    }
  }
}

/** One path is cheaper than many. */
function tailsOf(dots: readonly Dot[], length: number): Path2D {
  const path = new Path2D();
  for (const { trail } of dots) {
    const [start, ...others] = endOf(trail, length);
    if (!start) continue;
    path.moveTo(start.x, start.y);
    for (const { x, y } of others) path.lineTo(x, y);
  }
  return path;
}

function discsOf(dots: readonly Dot[], radius: number): Path2D {
  const path = new Path2D();
  for (const { x, y } of dots) {
    path.moveTo(x + radius, y);
    path.arc(x, y, radius, 0, 2 * Math.PI);
  }
  return path;
}

/** Returns the last part of a path, of at most this length, starting at its end. */
function endOf(path: readonly Point[], length: number): Point[] {
  const end: Point[] = path.slice(-1);
  let rest = length;
  for (let index = path.length - 1; index > 0 && rest > 0; index -= 1) {
    const [from, to] = [path[index], path[index - 1]];
    if (!from || !to) break;
    const step = Math.hypot(to.x - from.x, to.y - from.y);
    const part = Math.min(1, rest / (step || 1));
    end.push({ x: from.x + part * (to.x - from.x), y: from.y + part * (to.y - from.y) });
    rest -= step;
  }
  return end;
}
