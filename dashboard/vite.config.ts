import { join } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { PAGE_DIR } from './server/config.ts';

/** Builds the page from `web/`. */
export default defineConfig({
  root: join(import.meta.dirname, 'web'),
  plugins: [svelte({ configFile: false })],
  build: { outDir: join(import.meta.dirname, '..', PAGE_DIR), emptyOutDir: true },
});
