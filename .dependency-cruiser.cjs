/**
 * The layers of the engine, top first. A layer may import itself and what stands below it (see ARCHITECTURE.md).
 */
const layers = ['processes', 'sql', 'replication', 'recovery', 'access', 'storage', 'wal', 'memory', 'os', 'base'];

const downwardOnly = layers.slice(1).map((layer, index) => ({
  name: `engine-${layer}-imports-downward`,
  severity: 'error',
  from: { path: `^engine/${layer}/` },
  to: { path: `^engine/(${layers.slice(0, index + 1).join('|')})/` },
}));

module.exports = {
  forbidden: [
    ...downwardOnly,
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'A query nests in its own expressions: the files that analyse and compile the two call each other.',
      from: { pathNot: '^engine/sql/(analyse|execute)/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'engine-never-imports-the-harness',
      severity: 'error',
      from: { path: '^engine/' },
      to: { path: '^(harness|scenarios|reports)/' },
    },
    {
      name: 'only-adapters-and-mutants-name-the-engine',
      severity: 'error',
      from: { path: '^harness/', pathNot: ['^harness/(adapters|mutants)/'] },
      to: { path: '^engine/', pathNot: '^engine/base/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'scenarios-import-the-harness-only',
      severity: 'error',
      from: { path: '^scenarios/' },
      to: { path: '^engine/' },
    },
    {
      name: 'examples-import-the-package-by-its-name',
      severity: 'error',
      from: { path: '^examples/' },
      to: {
        path: '^(engine|harness|reports|scenarios)/',
        dependencyTypes: ['local'],
      },
    },
    {
      name: 'only-os-touches-the-outside',
      severity: 'error',
      from: { path: '^engine/(?!os/)', pathNot: '\\.test\\.ts$|/testing/' },
      to: {
        path: '^(node:)?(fs|net|child_process|os|worker_threads)(/promises)?$|node_modules/(koffi|fs-ext)/',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'production-code-imports-no-tests',
      severity: 'error',
      from: { pathNot: '\\.(test|spec)\\.ts$|/testing/' },
      to: { path: '\\.(test|spec)\\.ts$' },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: 'specify',
    doNotFollow: { path: 'node_modules' },
    includeOnly: undefined,
    exclude: { path: '^dist/' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.json'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      exportsFields: ['exports'],
    },
  },
};
