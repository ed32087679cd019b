/**
 * Access to an `npm start` that runs in another terminal.
 * @module
 */
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { Agent, request, type Dispatcher } from 'undici';
import type { QueuesConfig } from '@dockercoins/common/queue/retry-failed';
import type { LogLine, LogQuery } from '../logs.ts';
import type { Addresses, ReplicaStatus } from '../control-app.ts';
import type { ScaleRequest } from '../scale-request.ts';
import { ControlError, NoStackError, socketPath } from '../control-socket.ts';
import { isLocked } from '../lock.ts';

/** A change of scale takes as long as the last loop of the slowest miner; a stream of log lines may be silent for hours. */
const NO_TIMEOUT = { headersTimeout: 0, bodyTimeout: 0 };

/** The `npm start` that uses a folder. Methods throw a {@link NoStackError} if it does not run, and a {@link ControlError} if it
 * does not do what was asked. */
export class Control implements AsyncDisposable {
  readonly #dir: string;
  readonly #agent: Agent;

  /** @param dir its `LOCAL_DIR` @throws {ControlError} if that is too long */
  constructor(dir: string) {
    this.#dir = dir;
    this.#agent = new Agent({ connect: { socketPath: socketPath(dir) }, ...NO_TIMEOUT });
  }

  async addresses(): Promise<Addresses> {
    return (await this.#json('/')) as Addresses;
  }

  /** Includes the password of Redis. */
  async queues(): Promise<QueuesConfig> {
    return (await this.#json('/queues')) as QueuesConfig;
  }

  async replicas(): Promise<ReplicaStatus[]> {
    return (await this.#json('/replicas')) as ReplicaStatus[];
  }

  /** Changes the number of replicas, and resolves to all replicas once that is done. */
  async scale(
    replicas: ScaleRequest['replicas'],
    settings: ScaleRequest['settings'] = {},
  ): Promise<ReplicaStatus[]> {
    return (await this.#json('/scale', { replicas, settings })) as ReplicaStatus[];
  }

  /** Yields kept log lines and, if asked to follow, new ones until the stack stops or the loop is left. */
  async *logs({ names, tail }: LogQuery, follow = false): AsyncGenerator<LogLine> {
    const query = new URLSearchParams(names.map((name) => ['name', name]));
    if (tail !== undefined) query.set('tail', String(tail));
    if (follow) query.set('follow', 'true');
    const { body } = await this.#request(`/logs?${query.toString()}`);
    try {
      for await (const line of createInterface({ input: body })) yield JSON.parse(line) as LogLine;
    } catch (cause) {
      throw new ControlError('npm start has died', { cause });
    } finally {
      body.destroy();
    }
  }

  async #json(path: string, data?: object): Promise<unknown> {
    const { body } = await this.#request(path, data);
    return body.json();
  }

  /** Sends a GET request or, with data, a POST request. */
  async #request(path: string, data?: object): Promise<Dispatcher.ResponseData> {
    let response: Dispatcher.ResponseData;
    try {
      response = await request(`http://npm-start${path}`, {
        dispatcher: this.#agent,
        ...(data && { method: 'POST', body: JSON.stringify(data) }),
      });
    } catch (cause) {
      throw explain(cause as NodeJS.ErrnoException, this.#dir);
    }
    if (response.statusCode !== 200) throw new ControlError((await text(response.body)).trimEnd());
    return response;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#agent.destroy();
  }
}

function explain(cause: NodeJS.ErrnoException, dir: string): ControlError {
  if (cause.code === 'ENOENT' || cause.code === 'ECONNREFUSED') {
    if (isLocked(dir)) {
      const message = 'the stack is still starting, or it stops: try again in a few seconds';
      return new NoStackError(message, { cause });
    }
    const start = `run npm start in another terminal, or set LOCAL_DIR to its folder (now ${dir})`;
    return new NoStackError(`no stack is running: ${start}`, { cause });
  }
  if (cause.code === 'EACCES')
    return new ControlError(`another user started the stack in ${dir}`, { cause });
  return new ControlError(`npm start does not respond: ${cause.message}`, { cause });
}
