/** Which file may import which. Tests may import anything, so they are left out. */
const SERVICES = '^(rng|hasher|producer|miner|dashboard)/';
const QUEUE = '^node_modules/(bullmq|ioredis)/';

const rules = {
  'services-apart': {
    comment: 'Services never import each other; shared code belongs in common/.',
    from: { path: [SERVICES, '^(common)/'] },
    to: { path: SERVICES, pathNot: '^$1/' },
  },
  'plain-http-services': {
    comment: 'rng and hasher are plain HTTP services, without Redis or the queue.',
    from: { path: '^(rng|hasher)/' },
    to: { path: QUEUE },
  },
  'no-test-code': {
    comment: 'Production code must not depend on tests, the lab, benchmarks or simulations.',
    from: { path: [SERVICES, '^(common|local)/'], pathNot: '^dashboard/web/' },
    to: { path: '^(test|tools|simulation)/' },
  },
  'page-without-server': {
    comment:
      'The page may import only itself, frames and what follows from them, the axes, statistics and words of common, simulations and its libraries, not the server.',
    from: { path: '^dashboard/web/' },
    to: {
      pathNot: [
        '^dashboard/web/',
        '^dashboard/frame/(course|frame|job-path|memory|plateaus|settings|summary)[.]ts$',
        '^common/(axis|statistics|variation-words)[.]ts$',
        '^simulation/',
        '^node_modules/(svelte|uplot|zod)/',
      ],
    },
  },
  'simulation-without-node': {
    comment: 'A simulation runs in a browser, too: without Node.js, a network or Redis.',
    from: { path: '^simulation/' },
    to: { dependencyTypes: ['core'], dependencyTypesNot: ['type-only'] },
  },
  'simulation-without-redis': {
    comment: 'A simulation runs in a browser, too: without Node.js, a network or Redis.',
    from: { path: '^simulation/' },
    to: { path: [QUEUE, '^node_modules/undici/'], dependencyTypesNot: ['type-only'] },
  },
  'simulation-without-tools': {
    comment: 'A simulation needs the rules of the services, but no tests and no tools.',
    from: { path: '^simulation/' },
    to: { path: '^(test|tools|local)/' },
  },
  'helpers-without-tests': {
    comment: 'Tests may import helpers, not the other way around.',
    from: { path: '^(test/support|tools)/' },
    to: { path: '^test/(?!support/)' },
  },
  'no-circle-of-files': {
    comment: 'Files that import each other are one file, or lack one that both import.',
    from: {},
    to: { circular: true },
  },
  'no-circle-of-folders': {
    comment: 'Folders that import each other cannot be read one after the other.',
    scope: 'folder',
    from: {},
    to: { circular: true },
  },
};

export default {
  forbidden: Object.entries(rules).map(([name, rule]) => ({ name, severity: 'error', ...rule })),
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: {
      path: ['[.]test[.]ts$', '[.]config[.](ts|js)$', '^dashboard/dist/', '[.]svelte-check/'],
    },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'default'] },
  },
};
