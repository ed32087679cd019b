import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';

const SERVICES = ['rng', 'hasher', 'producer', 'miner', 'dashboard'];

/** Rooms that a file may not import from, each with the reason. */
function forbid(...patterns) {
  return { 'no-restricted-imports': ['error', { patterns }] };
}

const QUEUE = {
  group: ['bullmq', 'ioredis'],
  message: 'rng and hasher are plain HTTP services and know nothing of Redis or the queue.',
};

const otherServices = (service) => ({
  group: SERVICES.filter((other) => other !== service).flatMap((other) => [
    `**/${other}/**`,
    `@dockercoins/${other}/*`,
  ]),
  message: 'Services never import one another: what they share belongs in common/.',
});

export default ts.config(
  { ignores: ['**/dist/**', '.local/**', '**/node_modules/**'] },
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
      // Hono's and node:test's callbacks may be async or not.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      'no-console': ['error'],
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: 'Only main.ts reads the environment; all else is given its settings.',
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
  { files: ['**/*.js', '**/*.mjs'], extends: [ts.configs.disableTypeChecked] },
  {
    files: ['**/main.ts', 'local/**', 'test/**', 'lab/**'],
    rules: { 'no-restricted-properties': 'off', 'no-console': 'off' },
  },
  { files: ['common/**'], ignores: ['**/*.test.ts'], rules: forbid(otherServices('')) },
  { files: ['rng/**'], ignores: ['**/*.test.ts'], rules: forbid(otherServices('rng'), QUEUE) },
  {
    files: ['hasher/**'],
    ignores: ['**/*.test.ts'],
    rules: forbid(otherServices('hasher'), QUEUE),
  },
  { files: ['producer/**'], ignores: ['**/*.test.ts'], rules: forbid(otherServices('producer')) },
  { files: ['miner/**'], ignores: ['**/*.test.ts'], rules: forbid(otherServices('miner')) },
  {
    files: ['dashboard/server/**'],
    ignores: ['**/*.test.ts'],
    rules: forbid(otherServices('dashboard')),
  },
  {
    files: ['dashboard/web/**'],
    ignores: ['**/*.test.ts'],
    rules: forbid({
      regex: '^(?!\\.|svelte|uplot)|server/',
      message:
        'The page imports itself, the types of ../frame.ts and its libraries; nothing of the server.',
    }),
  },
);
