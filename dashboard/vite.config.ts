import { join } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { build, defineConfig, type Plugin, type ResolvedConfig, type UserConfig } from 'vite';
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

const components = () => svelte({ configFile: false, compilerOptions: { runes: true } });

const settings = {
  root,
  base: './', // a proxy may serve the page under a path
  build: {
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0, // the content security policy allows no `data:` URLs
  },
} satisfies UserConfig;

/** Builds the class page into the page's folder. What both share would be a file of its own, and the main page larger. */
function classPage(): Plugin {
  let page: ResolvedConfig;
  return {
    name: 'class-page',
    apply: 'build',
    configResolved(config) {
      page = config;
    },
    async closeBundle() {
      const { outDir } = page.build;
      await build({
        ...settings,
        configFile: false,
        publicDir: false,
        logLevel: page.logLevel ?? 'info',
        plugins: [components()],
        build: {
          ...settings.build,
          outDir,
          emptyOutDir: false,
          rolldownOptions: { input: join(root, 'class.html') },
        },
      });
    },
  };
}

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
