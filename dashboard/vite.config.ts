import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

/** The page: from `web/` to `dist/page/`. */
export default defineConfig({
  root: import.meta.dirname + '/web',
  plugins: [svelte({ configFile: false })],
  build: { outDir: '../dist/page', emptyOutDir: true },
});
