/**
 * A BullMQ worker that knows the runs of a job apart, and never sleeps for long.
 * @module
 */
import { Worker, type Job, type LockManager } from 'bullmq';
import { RunLocks } from './run-locks.ts';

export class BullWorker<Data, Result> extends Worker<Data, Result> {
  declare protected lockManager: RunLocks;

  protected override createLockManager(): void {
    const { lockRenewTime = NaN, lockDuration = NaN } = this.opts;
    const context = this as ConstructorParameters<typeof LockManager>[0];
    this.lockManager = new RunLocks(context, { lockRenewTime, lockDuration, workerId: this.id });
  }

  protected override async callProcessJob(
    job: Job<Data, Result>,
    token: string,
    signal?: AbortSignal,
  ): Promise<Result> {
    this.lockManager.begin(token);
    try {
      return await super.callProcessJob(job, token, signal);
    } finally {
      this.lockManager.end(token);
    }
  }

  /**
   * How long an idle worker sleeps at most (s). If the marker that should wake it up is lost, for example because Redis then
   * refused to hand out the job, BullMQ would sleep until the first delayed job is due, for up to 10 s.
   */
  protected override getBlockTimeout(blockUntil: number): number {
    return Math.min(super.getBlockTimeout(blockUntil), this.opts.drainDelay ?? Infinity);
  }

  /** Cancels the runs whose locks could not be renewed. */
  cancelLost(jobIds: string[]): void {
    this.lockManager.cancelLost(jobIds);
  }
}
