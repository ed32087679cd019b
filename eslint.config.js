import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';

const REAL_GLOBALS = [
  ...['process', 'Buffer', 'performance', 'fetch', 'queueMicrotask', 'global'],
  ...['setTimeout', 'setInterval', 'setImmediate'],
].map((name) => ({ name, message: 'A simulation has its own clock, and runs in a browser, too.' }));

const REAL_CLOCK_AND_DICE = [
  { object: 'Math', property: 'random', message: 'All randomness follows from the seed.' },
  { object: 'Date', property: 'now', message: 'The engine has the clock.' },
];

export default ts.config(
  { ignores: ['**/dist/**', '.local/**', '**/.svelte-check/**', '**/node_modules/**'] },
  js.configs.recommended,
  ts.configs.strictTypeChecked,
  svelte.configs.recommended,
  {
    languageOptions: {
      globals: globals.node,
      parserOptions: {
        projectService: {
          allowDefaultProject: ['*.js', 'local/*.mjs'],
        },
        extraFileExtensions: ['.svelte'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // Without enums of our own (erasableSyntaxOnly), these only cost time.
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
      '@typescript-eslint/no-unsafe-enum-comparison': 'off',
      // Classes with #private members are told apart by tsc itself.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // Hono and Vitest accept callbacks that return a promise or nothing.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      'no-console': ['error'],
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['**/*.test.ts'],
              message: 'Tests may import helpers, not the other way around.',
            },
          ],
        },
      ],
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: 'Only main.ts reads the environment; everything else receives its settings.',
        },
      ],
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser } },
  },
  { files: ['**/*.svelte'], rules: { 'prefer-const': 'off', 'svelte/prefer-const': 'error' } },
  { files: ['dashboard/web/**'], languageOptions: { globals: globals.browser } },
  {
    files: ['dashboard/web/**'],
    ignores: ['dashboard/web/ui/storage.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...['localStorage', 'sessionStorage'].map((name) => ({
          name,
          message: 'It throws if the browser blocks site data, or is full: use ui/storage.ts.',
        })),
      ],
    },
  },
  { files: ['**/*.js', '**/*.mjs'], extends: [ts.configs.disableTypeChecked] },
  {
    files: ['**/main.ts', '{local,tools,test}/**'],
    rules: { 'no-restricted-properties': 'off', 'no-console': 'off' },
  },
  {
    files: ['simulation/**'],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-globals': ['error', ...REAL_GLOBALS],
      'no-restricted-properties': ['error', ...REAL_CLOCK_AND_DICE],
    },
  },
);
