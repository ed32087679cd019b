import type { RequestListener } from 'node:http';
import { startServer } from './http-server.ts';
import { startService } from './service.ts';

/** rng or hasher on a fixed port. A test can stop it, and serve something else there. */
export class ReplaceableUpstream implements AsyncDisposable {
  readonly port: number;
  readonly #entry: string;
  #current: AsyncDisposable | undefined;
  #isReal = false;

  constructor(port: number, entry: string) {
    this.port = port;
    this.#entry = entry;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Starts the real service unless it runs. */
  async start(): Promise<void> {
    if (this.#isReal) return;
    await this.stop();
    this.#current = await startService(this.#entry, { PORT: String(this.port) });
    this.#isReal = true;
  }

  /** Starts a server of our own instead. */
  async replace(listener: RequestListener): Promise<void> {
    await this.stop();
    this.#current = await startServer(listener, this.port);
  }

  async stop(): Promise<void> {
    await this.#current?.[Symbol.asyncDispose]();
    this.#current = undefined;
    this.#isReal = false;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}
