/**
 * Vite plugin: puts the text of a document into the HTML file that names it in a comment, `<!-- docs/workshop.md -->`. With
 * `npm run dev`, the page reloads when the text changes.
 * @module
 */
import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Plugin } from 'vite';
import { renderText } from './render.ts';

const PLACEHOLDER = /<!-- (docs\/[\w-]+\.md) -->/;

/** @param root the folder of the project */
export function documents(root: string): Plugin {
  let isBuild = false;
  return {
    name: 'documents',
    configResolved({ command }) {
      isBuild = command === 'build';
    },
    configureServer({ watcher, ws }) {
      const folder = join(root, 'docs');
      watcher.add(folder);
      watcher.on('change', (file) => {
        if (file.startsWith(folder)) ws.send({ type: 'full-reload' });
      });
    },
    transformIndexHtml: {
      order: 'pre', // so that Vite finds the images
      handler(html, { filename }) {
        const [placeholder, name] = PLACEHOLDER.exec(html) ?? [];
        if (placeholder === undefined || name === undefined) return html;
        const file = join(root, name);
        const text = renderText(readFileSync(file, 'utf8'), {
          imageUrl(path) {
            const image = join(dirname(file), path);
            return isBuild ? relative(dirname(filename), image) : `/@fs${image}`;
          },
        });
        return html
          .replaceAll('<!-- title -->', () => text.title)
          .replace('<!-- contents -->', () => text.contents)
          .replace(placeholder, () => text.html);
      },
    },
  };
}
