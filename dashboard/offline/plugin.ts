/**
 * Vite plugin: tells the service worker which files the build has written, and a version that changes with any of them.
 * @module
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

/** @param fileName of the service worker in the output */
export function precache(fileName: string): Plugin {
  let publicDir = '';
  return {
    name: 'precache',
    apply: 'build',
    enforce: 'post', // after Vite has added the pages
    configResolved(config) {
      ({ publicDir } = config);
    },
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const worker = bundle[fileName];
        if (worker?.type !== 'chunk') throw new Error(`expected a chunk ${fileName}, found none`);
        const contents = new Map<string, string | Uint8Array>();
        for (const file of readdirSync(publicDir)) {
          contents.set(file, readFileSync(join(publicDir, file)));
        }
        for (const [file, output] of Object.entries(bundle)) {
          contents.set(file, output.type === 'chunk' ? output.code : output.source);
        }
        const hash = createHash('sha256');
        for (const content of contents.values()) hash.update(content);
        const version = hash.digest('hex').slice(0, 16);
        const files = [...contents.keys()].filter((file) => file !== fileName).sort();
        worker.code = `self.PRECACHE=${JSON.stringify({ version, files })};${worker.code}`;
      },
    },
  };
}
