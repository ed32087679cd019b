import { defineConfig } from 'vite';

/** Nobody reads a bundle, but stack traces: they keep the names. */
const minify = { compress: true, mangle: false, codegen: { removeWhitespace: true } };

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
    minify: false,
    rolldownOptions: {
      output: { entryFileNames: 'main.mjs', codeSplitting: false, minify },
    },
  },
});
