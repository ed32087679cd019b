/**
 * Which loops are done, as Redis has it: also where the connection was cut just as it said so.
 * @module
 */
import type { Redis } from 'ioredis';

interface CompletionsOptions {
  redis: Redis;
  /** Key of a job. */
  keyOf: (jobId: string) => string;
  /** The name that this worker writes on its jobs. */
  name: string;
  /** Called once for each job that was completed here. */
  onLoop: () => void;
}

/**
 * BullMQ tells of a job when the answer of Redis is here. Where the connection is cut in between, the
 * step is sent again, is refused ("Missing lock", for the job is not under way any more) and the job
 * is told as neither completed nor failed. Whoever counts then has to look.
 */
export class Completions {
  readonly #options: CompletionsOptions;
  /** Jobs whose work is done and of which nothing was told yet. */
  readonly #untold = new Set<string>();

  constructor(options: CompletionsOptions) {
    this.#options = options;
  }

  /** The work of a job is done; BullMQ is about to tell Redis. */
  worked(jobId: string): void {
    this.#untold.add(jobId);
  }

  /** BullMQ has told of the job. */
  completed(jobId: string): void {
    if (this.#untold.delete(jobId)) this.#options.onLoop();
  }

  /** Looks up what became of the jobs of which nothing was told. */
  async lookUp(): Promise<void> {
    const { redis, keyOf, name } = this.#options;
    for (const id of this.#untold) {
      // The fields are BullMQ's: when a job finished, and who worked on it last.
      const [finishedOn, workedBy] = await redis.hmget(keyOf(id), 'finishedOn', 'pb');
      if (workedBy !== name) this.#untold.delete(id);
      else if (finishedOn !== null) this.completed(id);
    }
  }
}
