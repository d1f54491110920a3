/** The layers of src/: which folder may import which. What is not listed may not be imported. */
const may = {
  diagnostic: [],
  ir: ['diagnostic'],
  event: ['diagnostic'],
  sigma: ['diagnostic', 'ir'],
  mapping: ['diagnostic', 'ir', 'event'],
  backend: ['diagnostic', 'ir', 'event', 'mapping'],
  artifact: ['diagnostic', 'ir', 'event', 'backend'],
  engine: ['diagnostic', 'ir', 'event'],
  behaviour: ['diagnostic', 'ir', 'event'],
  prove: ['diagnostic', 'ir', 'event', 'mapping', 'backend', 'engine', 'behaviour'],
  target: ['diagnostic', 'event', 'backend', 'artifact'],
  ship: ['diagnostic', 'event', 'target'],
  govern: ['diagnostic', 'ir', 'event', 'behaviour', 'prove', 'target'],
  pack: ['diagnostic', 'ir', 'event', 'sigma', 'mapping', 'behaviour'],
}
const all = [...Object.keys(may), 'cli']
const pure = ['diagnostic', 'ir', 'event', 'sigma', 'mapping', 'backend', 'artifact', 'engine', 'behaviour']

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-folder-outside-the-map',
      severity: 'error',
      from: { path: '^src/', pathNot: `^src/(${all.join('|')})/` },
      to: {},
    },
    {
      name: 'no-import-from-outside-src',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|scripts|bin|dist)/' },
    },
    ...Object.entries(may).map(([folder, others]) => ({
      name: `layer-${folder}`,
      severity: 'error',
      from: { path: `^src/${folder}/` },
      to: { path: '^src/', pathNot: `^src/(${[folder, ...others].join('|')})/` },
    })),
    {
      name: 'backends-know-only-the-ir',
      comment: 'the IR is the only bridge: languages do not know each other; regex/ and search/ are none of them',
      severity: 'error',
      from: { path: '^src/backend/([^/]+)/' },
      to: { path: '^src/backend/[^/]+/', pathNot: '^src/backend/($1|regex|search)/' },
    },
    {
      name: 'the-core-is-pure',
      comment:
        'no file, network or clock; hashing is a pure function, and so is a library that is loaded when it is needed',
      severity: 'error',
      from: { path: `^src/(${pure.join('|')})/` },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(crypto|module)$' },
    },
    {
      name: 'clients-only-in-targets',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(target|ship)/' },
      to: { path: 'node_modules/(@elastic|undici|libsql)' },
    },
    { name: 'nothing-unresolved', severity: 'error', from: { path: '^src/' }, to: { couldNotResolve: true } },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
}
