/**
 * Where miners find the replicas of rng and hasher: a file for each service, with one origin per line. Miners read it
 * again every two seconds, as they would look up a name.
 * @module
 */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A replica that is no longer listed gets no new requests after this long (ms). */
export const DEREGISTRATION_MS = 2500;

const fileOf = (dir: string, service: string) => resolve(dir, 'origins', service);

/** Returns the URL of a service's file, for `RNG_URL` or `HASHER_URL`. */
export function originsUrl(dir: string, service: string): string {
  return pathToFileURL(fileOf(dir, service)).href;
}

/** Replaces the origins of a service. A reader sees either the old or the new ones. */
export function publishOrigins(dir: string, service: string, origins: string[]): void {
  mkdirSync(join(dir, 'origins'), { recursive: true });
  const file = fileOf(dir, service);
  writeFileSync(`${file}.new`, origins.map((origin) => `${origin}\n`).join(''));
  renameSync(`${file}.new`, file);
}
