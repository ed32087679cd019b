/**
 * Turns samples of Redis into frames for the page.
 * @module
 */
import type { Frame } from '../frame.ts';
import { Fleet, timesOf } from './fleet.ts';
import { addToWindow, speedOf, toReading, type Reading } from './rate.ts';
import type { Sample } from './sample.ts';
import { findBottleneck, replicasOf, stagesOf } from './stages.ts';

/** Keeps what the next frame needs from earlier samples: readings of the count and reports of the miners. */
export class FrameBuilder {
  readonly #fleet = new Fleet();
  readonly #writable: boolean;
  #window: Reading[] = [];

  /** @param writable whether the queue can be changed through the dashboard */
  constructor(writable: boolean) {
    this.#writable = writable;
  }

  build(sample: Sample, memory: Frame['memory']): Frame {
    const { time, reading, hashes, coins, newestCoins, queue, miners } = sample;
    this.#window = addToWindow(this.#window, toReading(reading, this.#window.at(-1)));
    this.#fleet.update(miners, reading.at);
    const reporting = this.#fleet.reporting();
    const speed = speedOf(this.#window);
    const times = timesOf(this.#fleet.totals());
    const stages = times === null ? [] : stagesOf(reporting, times, speed ?? 0);
    return {
      at: Math.round(time / 1000),
      speed,
      loops: reading.loops,
      hashes,
      miners: reporting.length,
      rng: replicasOf(reporting, 'rng').length,
      hasher: replicasOf(reporting, 'hasher').length,
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
