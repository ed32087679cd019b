import { defineConfig } from 'vite';

/** Keeps names for readable stack traces. */
const minify = { compress: true, mangle: false, codegen: { removeWhitespace: true } };

/**
 * Bundles a service for its image: `vite build rng -c bundle.config.ts` creates `rng/dist/main.mjs`, and chunks that it
 * loads only if traces are sent. The bundle needs no node_modules (except Bull Board's page), starts faster and uses less
 * memory than the TypeScript sources.
 *
 * A chunk that imports `main.mjs` would never load, because `main.mjs` itself waits until the service stops. What both need
 * becomes a chunk of its own (`test/deep/tracing.test.ts` runs a bundle).
 */
export default defineConfig({
  ssr: { noExternal: true },
  build: {
    ssr: 'main.ts',
    target: 'node26',
    minify: false,
    rolldownOptions: {
      output: { entryFileNames: 'main.mjs', chunkFileNames: '[name].mjs', minify },
    },
  },
});
