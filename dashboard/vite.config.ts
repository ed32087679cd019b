import { join } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { PAGE_DIR } from './server/config.ts';
import { documents } from './workshop/plugin.ts';

const project = join(import.meta.dirname, '..');
const root = join(import.meta.dirname, 'web');

/** Builds the page and the workshop from `web/`. */
export default defineConfig({
  root,
  base: './', // a proxy may serve the page under a path
  plugins: [svelte({ configFile: false }), documents(project)],
  build: {
    outDir: join(project, PAGE_DIR),
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0, // the content security policy allows no `data:` URLs
    rolldownOptions: { input: ['index.html', 'workshop.html'].map((file) => join(root, file)) },
  },
});
