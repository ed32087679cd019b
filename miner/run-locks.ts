/**
 * Which jobs a worker is running: their locks are renewed, and they can be canceled.
 *
 * BullMQ's lock manager forgets a job by its id when a run ends (`worker.js`, `processJob`). If the run has handed the job
 * back, another slot of the same worker may be running it by then: its lock is no longer renewed, and it is never canceled.
 * This one goes by the token of the run.
 * @module
 */
import { LockManager } from 'bullmq';

/** Reason for canceling a run that has lost its job's lock. */
export const LOCK_LOST = 'lock lost';

/** A lock manager that tells the runs of a job apart. */
export class RunLocks extends LockManager {
  /** Tokens of the runs in progress. Runs of the same job never share one. */
  readonly #running = new Set<string>();
  #renewing: typeof this.trackedJobs = new Map();
  #stopReason: string | undefined;

  /** Must be called when a run begins, after `trackJob`. */
  begin(token: string): void {
    this.#running.add(token);
  }

  /** Must be called when a run has ended, before `untrackJob`. */
  end(token: string): void {
    this.#running.delete(token);
  }

  override trackJob(...args: Parameters<LockManager['trackJob']>) {
    const [jobId] = args;
    // An earlier run of this job has handed it back, or has lost its lock: then it must not go on.
    this.trackedJobs.get(jobId)?.abortController?.abort(LOCK_LOST);
    const controller = super.trackJob(...args);
    if (this.#stopReason !== undefined) controller?.abort(this.#stopReason);
    return controller;
  }

  /** Forgets a job unless it is running again. */
  override untrackJob(jobId: string): void {
    const { token } = this.trackedJobs.get(jobId) ?? {};
    if (token === undefined || !this.#running.has(token)) super.untrackJob(jobId);
  }

  protected override async extendLocks(jobIds: string[]): Promise<void> {
    this.#renewing = new Map(this.trackedJobs);
    await super.extendLocks(jobIds);
  }

  /** Cancels the runs whose locks could not be renewed; not a newer run of the same job. */
  cancelLost(jobIds: string[]): void {
    for (const id of jobIds) this.#renewing.get(id)?.abortController?.abort(LOCK_LOST);
  }

  /** Cancels all runs, and those that begin later: a job may still arrive while the worker closes. */
  override cancelAllJobs(reason = 'canceled'): void {
    this.#stopReason = reason;
    super.cancelAllJobs(reason);
  }
}
