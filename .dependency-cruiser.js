/** No circles: `eslint.config.js` says which folder may import which, this keeps them in an order. */
export default {
  forbidden: [
    {
      name: 'no-circle-of-files',
      comment: 'Files that import each other are one file, or lack one that both import.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-circle-of-folders',
      comment: 'Folders that import each other cannot be read one after the other.',
      severity: 'error',
      scope: 'folder',
      from: {},
      to: { circular: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: {
      path: ['[.]test[.]ts$', '[.]config[.](ts|js)$', '/dist/', '[.]svelte-check/', 'node_modules'],
    },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'default'] },
  },
};
