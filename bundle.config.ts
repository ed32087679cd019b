import { defineConfig } from 'vite';

/**
 * A service in one JavaScript file, for its image: `vite build rng -c bundle.config.ts` makes
 * `rng/dist/main.mjs`. It starts faster and needs less memory than the sources, which have to be
 * stripped of their types, and needs no node_modules.
 */
export default defineConfig({
  ssr: { noExternal: true },
  build: {
    ssr: 'main.ts',
    target: 'node26',
    minify: false, // stack traces stay readable
    rolldownOptions: { output: { entryFileNames: 'main.mjs', codeSplitting: false } },
  },
});
