import js from '@eslint/js';
import { defineConfig, type DummyRule, type DummyRuleMap } from 'oxlint';
import ts from 'typescript-eslint';

const REAL_GLOBALS = [
  ...['process', 'Buffer', 'performance', 'fetch', 'queueMicrotask', 'global'],
  ...['setTimeout', 'setInterval', 'setImmediate'],
].map((name) => ({ name, message: 'A simulation has its own clock, and runs in a browser, too.' }));

const REAL_CLOCK_AND_DICE = [
  { object: 'Math', property: 'random', message: 'All randomness follows from the seed.' },
  { object: 'Date', property: 'now', message: 'The engine has the clock.' },
];

/** For all code, also that of components. */
export const everywhere = {
  'no-console': 'error',
  'no-restricted-properties': [
    'error',
    {
      object: 'process',
      property: 'env',
      message: 'Only main.ts reads the environment; everything else receives its settings.',
    },
  ],
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
} satisfies DummyRuleMap;

/** Rules of typescript-eslint that we want otherwise, also in components. */
export const typed = {
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
  // Without enums of our own (erasableSyntaxOnly), these only cost time.
  '@typescript-eslint/no-unsafe-enum-assignment': 'off',
  '@typescript-eslint/no-unsafe-enum-comparison': 'off',
  // Classes with #private members are told apart by tsc itself.
  '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
  // Hono and Vitest accept callbacks that return a promise or nothing.
  '@typescript-eslint/no-confusing-void-expression': 'off',
};

/** For the page, also for its components. */
export const page = {
  'no-restricted-globals': [
    'error',
    ...['localStorage', 'sessionStorage'].map((name) => ({
      name,
      message: 'It throws if the browser blocks site data, or is full: use ui/storage.ts.',
    })),
  ],
} satisfies DummyRuleMap;

/** What is on after all of these. Oxlint lacks two rules: what they find is a syntax error in a module. */
function merged(...maps: (object | undefined)[]) {
  const rules = new Map<string, DummyRule>(maps.flatMap((map = {}) => Object.entries(map)));
  for (const [name, level] of rules) if (level === 'off') rules.delete(name);
  for (const name of ['no-dupe-args', 'no-octal']) rules.delete(name);
  return Object.fromEntries(rules);
}

const rulesOf = (configs: { rules?: object }[]) => configs.map(({ rules }) => rules);

export default defineConfig({
  plugins: ['typescript'],
  categories: { correctness: 'off' },
  options: { typeAware: true, reportUnusedDisableDirectives: 'error' },
  env: { node: true },
  ignorePatterns: ['**/dist/**', '**/*.svelte'],
  rules: everywhere,
  overrides: [
    {
      files: ['**/*.ts', '**/*.mts'],
      rules: merged(js.configs.recommended.rules, ...rulesOf(ts.configs.strictTypeChecked), typed),
    },
    {
      files: ['**/*.js', '**/*.mjs'],
      rules: merged(...rulesOf(ts.configs.strict), js.configs.recommended.rules),
    },
    {
      files: ['**/main.ts', '{local,tools,test}/**'],
      rules: { 'no-restricted-properties': 'off', 'no-console': 'off' },
    },
    { files: ['dashboard/web/**'], excludeFiles: ['dashboard/web/ui/storage.ts'], rules: page },
    {
      files: ['simulation/**'],
      excludeFiles: ['**/*.test.ts'],
      rules: {
        'no-restricted-globals': ['error', ...REAL_GLOBALS],
        'no-restricted-properties': ['error', ...REAL_CLOCK_AND_DICE],
      },
    },
  ],
});
