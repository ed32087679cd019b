/**
 * From what was seen in Redis to what the page is told.
 * @module
 */
import type { Frame } from '../frame.ts';
import { Fleet, timesOf } from './fleet.ts';
import { markOf, slide, speedOf, type Mark } from './rate.ts';
import type { Sample } from './sample.ts';
import { findBottleneck, replicasOf, stagesOf } from './stages.ts';

/** Makes a frame of each sample, with what it remembers of those before. */
export class FrameBuilder {
  readonly #fleet = new Fleet();
  readonly #writable: boolean;
  #marks: Mark[] = [];

  /** @param writable whether the queue may be changed through the dashboard */
  constructor(writable: boolean) {
    this.#writable = writable;
  }

  build(sample: Sample, memory: Frame['memory']): Frame {
    const { time, reading, hashes, coins, newestCoins, queue, miners } = sample;
    const mark = markOf(reading, this.#marks.at(-1));
    this.#marks = slide(this.#marks, mark);
    this.#fleet.update(miners, reading.at);
    const alive = this.#fleet.alive();
    const speed = speedOf(this.#marks);
    const times = timesOf(this.#fleet.window());
    const stages = times === null ? [] : stagesOf(alive, times, speed ?? 0);
    return {
      at: Math.round(time / 1000),
      speed,
      loops: mark.loops,
      hashes,
      miners: alive.length,
      rng: replicasOf(alive, 'rng').length,
      hasher: replicasOf(alive, 'hasher').length,
      coins,
      newestCoins,
      queue,
      fleet: this.#fleet.views(),
      stages,
      bottleneck: findBottleneck(stages),
      times,
      memory,
      writable: this.#writable,
    };
  }
}
