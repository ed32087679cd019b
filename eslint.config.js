import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';

const SERVICES = ['rng', 'hasher', 'producer', 'miner', 'dashboard'];

/** Forbids imports; each pattern has a message with the reason. */
const forbid = (...patterns) => ({ 'no-restricted-imports': ['error', { patterns }] });

const folders = (...names) => names.flatMap((name) => [`**/${name}/**`, `@dockercoins/${name}/*`]);

const QUEUE = {
  group: ['bullmq', 'ioredis'],
  message: 'rng and hasher are plain HTTP services, without Redis or the queue.',
};

const TEST_CODE = {
  group: folders('test', 'tools', 'simulation'),
  message: 'Production code must not depend on tests, the lab, benchmarks or simulations.',
};

const REAL_WORLD = {
  group: ['node:*', 'bullmq', 'ioredis', 'undici'],
  allowTypeImports: true,
  message: 'A simulation runs in a browser, too: without Node.js, a network or Redis.',
};

const OTHER_TOOLS = {
  group: folders('test', 'tools', 'local'),
  message: 'A simulation needs the rules of the services, but no tests and no tools.',
};

const REAL_GLOBALS = [
  ...['process', 'Buffer', 'performance', 'fetch', 'queueMicrotask', 'global'],
  ...['setTimeout', 'setInterval', 'setImmediate'],
].map((name) => ({ name, message: 'A simulation has its own clock, and runs in a browser, too.' }));

const REAL_CLOCK_AND_DICE = [
  { object: 'Math', property: 'random', message: 'All randomness follows from the seed.' },
  { object: 'Date', property: 'now', message: 'The engine has the clock.' },
];

const servicesExcept = (own) => ({
  group: folders(...SERVICES.filter((service) => service !== own)),
  message: 'Services never import each other; shared code belongs in common/.',
});

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
  // Import boundaries between folders.
  ...[
    { files: ['common/**'], rules: forbid(servicesExcept(''), TEST_CODE) },
    { files: ['rng/**'], rules: forbid(servicesExcept('rng'), QUEUE, TEST_CODE) },
    { files: ['hasher/**'], rules: forbid(servicesExcept('hasher'), QUEUE, TEST_CODE) },
    { files: ['producer/**'], rules: forbid(servicesExcept('producer'), TEST_CODE) },
    { files: ['miner/**'], rules: forbid(servicesExcept('miner'), TEST_CODE) },
    {
      files: ['dashboard/{server,retry-failed}/**'],
      rules: forbid(servicesExcept('dashboard'), TEST_CODE),
    },
    { files: ['local/**'], rules: forbid(TEST_CODE) },
    {
      files: ['simulation/**'],
      rules: {
        '@typescript-eslint/no-restricted-imports': [
          'error',
          { patterns: [REAL_WORLD, OTHER_TOOLS] },
        ],
        'no-restricted-globals': ['error', ...REAL_GLOBALS],
        'no-restricted-properties': ['error', ...REAL_CLOCK_AND_DICE],
      },
    },
    {
      files: ['dashboard/web/**'],
      rules: forbid({
        regex:
          '^(?!\\.|svelte|uplot|zod$|@dockercoins/common/(statistics|variation-words)$)|server/|frame/(?!(course|frame|job-path|memory|plateaus|settings|summary)\\.ts$)',
        message:
          'The page may import only itself, frames and what follows from them, common/statistics, common/variation-words and its libraries, not the server.',
      }),
    },
  ].map((boundary) => ({ ...boundary, ignores: ['**/*.test.ts'] })),
  {
    files: ['{test/support,tools}/**'],
    rules: forbid({
      regex: '\\.test\\.ts$|/test/(?!support/)',
      message: 'Tests may import helpers, not the other way around.',
    }),
  },
);
