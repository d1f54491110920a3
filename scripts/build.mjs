// Builds dist/: the CLI as a few bundled files (it starts faster than a tree of modules), and the package entry
// `detpack/sigma` as plain modules with types.
import { execFileSync } from 'node:child_process'
import { renameSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { build } from 'esbuild'

const root = path.resolve(import.meta.dirname, '..')
const require = createRequire(import.meta.url)

// Beside its place first: a build that fails leaves the one before it as it was.
const dist = path.join(root, 'dist')
const fresh = path.join(root, 'dist.new')
rmSync(fresh, { recursive: true, force: true })
await build({
  absWorkingDir: root,
  entryPoints: {
    detpack: 'src/cli/main.ts',
    'match-worker': 'src/cli/match-worker.ts',
    'learn-worker': 'src/cli/learn-worker.ts',
  },
  outdir: path.join(fresh, 'cli'),
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  // Fewer bytes to scan at each start. Names stay: a stack trace must say something.
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  // The same library without its debugging switches: looking one up in the environment costs as much as reading a token.
  alias: { yaml: path.join(root, 'node_modules/yaml/browser/dist/index.js') },
  external: ['@elastic/elasticsearch', 'undici', 'libsql'],
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
})
const tsc = path.join(path.dirname(require.resolve('typescript/package.json')), 'bin', 'tsc')
execFileSync(
  process.execPath,
  [tsc, '-p', path.join(root, 'tsconfig.build.json'), '--outDir', path.join(fresh, 'lib')],
  { stdio: 'inherit' },
)
rmSync(dist, { recursive: true, force: true })
renameSync(fresh, dist)
