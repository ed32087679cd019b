import { join } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import {
  build,
  defineConfig,
  type InlineConfig,
  type Plugin,
  type ResolvedConfig,
  type UserConfig,
} from 'vite';
import { PAGE_DIR } from './server/config.ts';
import { documents } from './workshop/plugin.ts';

const project = join(import.meta.dirname, '..');
const root = join(import.meta.dirname, 'web');

const components = () => svelte({ configFile: false, compilerOptions: { runes: true } });

const settings = {
  root,
  base: './', // a proxy may serve the page under a path
  build: {
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0, // the content security policy allows no `data:` URLs
  },
} satisfies UserConfig;

/** Builds something else once the page is built. @param configOf returns how, given the folder of the page */
function afterwards(name: string, configOf: (pageDir: string) => InlineConfig): Plugin {
  let page: ResolvedConfig;
  return {
    name,
    apply: 'build',
    configResolved(config) {
      page = config;
    },
    async closeBundle() {
      await build({ logLevel: page.logLevel ?? 'info', ...configOf(page.build.outDir) });
    },
  };
}

/** The playground shares no file with the page, because any server may serve it alone. */
const playground = () =>
  afterwards('playground', (pageDir) => ({
    configFile: join(import.meta.dirname, 'vite.playground.config.ts'),
    build: { outDir: join(pageDir, 'playground') },
  }));

/** What the class page and the page share would be a file of its own, and the main page larger. */
const classPage = () =>
  afterwards('class-page', (pageDir) => ({
    ...settings,
    configFile: false,
    publicDir: false,
    plugins: [components()],
    build: {
      ...settings.build,
      outDir: pageDir,
      emptyOutDir: false,
      rolldownOptions: { input: join(root, 'class.html') },
    },
  }));

/** Builds the page and the workshop from `web/`, the class page, and the playground. */
export default defineConfig({
  ...settings,
  plugins: [components(), documents(project), classPage(), playground()],
  build: {
    ...settings.build,
    outDir: join(project, PAGE_DIR),
    emptyOutDir: true,
    rolldownOptions: {
      checks: { bundlerTimings: false }, // the other builds count as slow plugins
      input: ['index.html', 'workshop.html'].map((file) => join(root, file)),
    },
  },
});
