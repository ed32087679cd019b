/**
 * The incident that is going on, kept in a file between `npm run incident` and its answer.
 * @module
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Deployment } from '../stack/deployment/deployment.ts';
import type { Observations } from './incident.ts';
import type { Saved } from './scenarios/scenario.ts';

export interface State {
  kind: Deployment['kind'];
  /** The process that causes it. */
  pid: number;
  /** Name of the scenario. */
  scenario: string;
  /** Of the order of the choices. */
  seed: number;
  saved: Saved;
  /** When the page was printed (ms since 1970), and what it saw; undefined before that. */
  page?: Observations & { at: number };
}

const GOING_ON =
  'an incident is going on: answer it with npm run incident -- --answer, or end it with npm run incident -- --give-up';

/** The state of the incidents in a folder. */
export class StateFile {
  readonly #path: string;

  /** @param dir the `LOCAL_DIR` of the stack */
  constructor(dir: string) {
    this.#path = join(dir, 'incident.json');
  }

  /** @throws {Error} if there is an incident */
  checkNone(): void {
    if (existsSync(this.#path)) throw new Error(GOING_ON);
  }

  /** @throws {Error} if there is an incident already */
  async create(state: State): Promise<void> {
    await mkdir(dirname(this.#path), { recursive: true });
    try {
      await writeFile(this.#path, encode(state), { flag: 'wx', mode: 0o600 });
    } catch (err) {
      if ((err as NodeJS.ErrnoException).code !== 'EEXIST') throw err;
      throw new Error(GOING_ON, { cause: err });
    }
  }

  async update(state: State): Promise<void> {
    await writeFile(`${this.#path}.new`, encode(state), { mode: 0o600 });
    await rename(`${this.#path}.new`, this.#path);
  }

  /** @throws {Error} if there is no incident */
  async read(): Promise<State> {
    let text: string;
    try {
      text = await readFile(this.#path, 'utf8');
    } catch (err) {
      if ((err as NodeJS.ErrnoException).code !== 'ENOENT') throw err;
      throw new Error('no incident is going on: start one with npm run incident', { cause: err });
    }
    return decode(text);
  }

  async delete(): Promise<void> {
    await rm(this.#path, { force: true });
  }
}

/** Base64 keeps the answer from the eyes of those who list the folder, and from nobody else. */
const encode = (state: State) =>
  `${JSON.stringify({ incident: Buffer.from(JSON.stringify(state)).toString('base64') })}\n`;

function decode(text: string): State {
  const { incident } = JSON.parse(text) as { incident: string };
  return JSON.parse(Buffer.from(incident, 'base64').toString()) as State;
}
