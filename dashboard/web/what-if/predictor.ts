import type { Answer, Question } from './predict.ts';
import type { Answered, Asked } from './worker.ts';

/** What is used of a worker. */
export interface Simulator {
  postMessage: (message: Asked) => void;
  terminate: () => void;
  onmessage: ((event: MessageEvent<Answered>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

/** Asks a worker. Answers to outdated questions are dropped. */
export class Predictor {
  readonly #simulator: Simulator;
  #id = 0;
  #onAnswer: ((answer: Answer) => void) | undefined;

  /** @param onFailure called if the browser does not run the worker */
  constructor(
    onFailure: () => void,
    simulator: Simulator = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' }),
  ) {
    this.#simulator = simulator;
    simulator.onmessage = ({ data }: MessageEvent<Answered>) => {
      if (data.id === this.#id) this.#onAnswer?.(data.answer);
    };
    simulator.onerror = onFailure;
  }

  ask(question: Question, onAnswer: (answer: Answer) => void): void {
    this.#id++;
    this.#onAnswer = onAnswer;
    this.#simulator.postMessage({ id: this.#id, question } satisfies Asked);
  }

  /** Drops the answers to what was asked. */
  cancel(): void {
    this.#onAnswer = undefined;
  }

  close(): void {
    this.#simulator.terminate();
  }
}
