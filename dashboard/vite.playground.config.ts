import { join } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { precache } from './offline/plugin.ts';
import { PAGE_DIR } from './server/config.ts';

const web = join(import.meta.dirname, 'web');
const root = join(web, 'playground');
const SERVICE_WORKER = 'service-worker.js';

/** Builds the playground: a folder that any server of static files can serve, under any path. */
export default defineConfig({
  root,
  base: './',
  publicDir: join(web, 'public'),
  // Without support for components of earlier versions, the page is smaller.
  plugins: [
    svelte({ configFile: false, compilerOptions: { runes: true } }),
    precache(SERVICE_WORKER),
  ],
  worker: { format: 'es' },
  build: {
    outDir: join(import.meta.dirname, '..', PAGE_DIR, 'playground'),
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0, // the content security policy allows no `data:` URLs
    rolldownOptions: {
      checks: { bundlerTimings: false }, // a busy machine is no reason for a warning
      input: { index: join(root, 'index.html'), worker: join(root, 'service-worker.ts') },
      output: {
        // Its folder is all that a service worker may control, and its name must not change.
        entryFileNames: ({ name }) =>
          name === 'worker' ? SERVICE_WORKER : 'assets/[name]-[hash].js',
      },
    },
  },
});
