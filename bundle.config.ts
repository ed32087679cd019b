import { defineConfig } from 'vite';

/** Keeps names for readable stack traces. */
const minify = { compress: true, mangle: false, codegen: { removeWhitespace: true } };

/**
 * Bundles a service into one JavaScript file for its image: `vite build rng -c bundle.config.ts` creates
 * `rng/dist/main.mjs`. The bundle needs no node_modules (except Bull Board's page), starts faster and uses less
 * memory than the TypeScript sources.
 */
export default defineConfig({
  ssr: { noExternal: true },
  build: {
    ssr: 'main.ts',
    target: 'node26',
    minify: false,
    rolldownOptions: {
      output: { entryFileNames: 'main.mjs', codeSplitting: false, minify },
    },
  },
});
