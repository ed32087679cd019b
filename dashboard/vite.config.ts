import { join } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { build, defineConfig, type Plugin, type ResolvedConfig } from 'vite';
import { PAGE_DIR } from './server/config.ts';
import { documents } from './workshop/plugin.ts';

const project = join(import.meta.dirname, '..');
const root = join(import.meta.dirname, 'web');

/** Builds the playground into a folder of the page's: it shares no file with it, because any server may serve it alone. */
function playground(): Plugin {
  const configFile = join(import.meta.dirname, 'vite.playground.config.ts');
  let page: ResolvedConfig;
  return {
    name: 'playground',
    apply: 'build',
    configResolved(config) {
      page = config;
    },
    async closeBundle() {
      const outDir = join(page.build.outDir, 'playground');
      await build({ configFile, logLevel: page.logLevel ?? 'info', build: { outDir } });
    },
  };
}

/** Builds the page, the workshop and the class page from `web/`, and the playground. */
export default defineConfig({
  root,
  base: './', // a proxy may serve the page under a path
  plugins: [
    svelte({ configFile: false, compilerOptions: { runes: true } }),
    documents(project),
    playground(),
  ],
  build: {
    outDir: join(project, PAGE_DIR),
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0, // the content security policy allows no `data:` URLs
    rolldownOptions: {
      checks: { bundlerTimings: false }, // the build of the playground counts as a slow plugin
      input: ['index.html', 'workshop.html', 'class.html'].map((file) => join(root, file)),
    },
  },
});
