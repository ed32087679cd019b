import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import ts from 'typescript-eslint';
import { everywhere, page, typed } from './oxlint.config.ts';

/** For components: oxlint does not read their templates, and knows no types in them. */
export default [
  { files: ['**/*.svelte'] },
  { ignores: ['**/.svelte-check/**', '**/*.ts', '!**/*.svelte.ts'] },
  js.configs.recommended,
  ...ts.configs.strictTypeChecked,
  ...svelte.configs.recommended,
  {
    languageOptions: {
      parserOptions: {
        parser: ts.parser,
        project: 'dashboard/web/tsconfig.json',
        extraFileExtensions: ['.svelte'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      ...everywhere,
      ...typed,
      ...page,
      'no-undef': 'off', // svelte-check finds it
      'prefer-const': 'off',
      'svelte/prefer-const': 'error',
    },
  },
];
