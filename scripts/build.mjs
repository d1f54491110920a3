// Builds dist/: the CLI as a few bundled files (it starts faster than a tree of modules), and the package entry
// `detpack/sigma` as plain modules with types.
import { execFileSync } from 'node:child_process'
import { renameSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { rolldown } from 'rolldown'
import { EXTERNAL, root } from './bundle.mjs'

const require = createRequire(import.meta.url)

/** commander would start programs as subcommands, of which there are none; each start would load what that takes. */
const withoutPrograms = {
  name: 'without-programs',
  resolveId: (id, importer) => (id === 'node:child_process' && /commander/.test(importer ?? '') ? '\0none' : null),
  load: (id) => (id === '\0none' ? 'export {}' : null),
}

// Beside its place first: a build that fails leaves the one before it as it was.
const dist = path.join(root, 'dist')
const fresh = path.join(root, 'dist.new')
rmSync(fresh, { recursive: true, force: true })
await bundleProgram(path.join(fresh, 'cli'))
const tsc = path.join(path.dirname(require.resolve('typescript/package.json')), 'bin', 'tsc')
execFileSync(
  process.execPath,
  [tsc, '-p', path.join(root, 'tsconfig.build.json'), '--outDir', path.join(fresh, 'lib')],
  { stdio: 'inherit' },
)
rmSync(dist, { recursive: true, force: true })
renameSync(fresh, dist)

async function bundleProgram(dir) {
  const main = path.join(root, 'src/cli/main.ts')
  const workers = { 'match-worker': 'src/cli/match-worker.ts', 'learn-worker': 'src/cli/learn-worker.ts' }
  const bundle = await rolldown({
    cwd: root,
    input: { detpack: main, ...workers },
    platform: 'node',
    external: EXTERNAL,
    transform: { target: 'node20.19' },
    // The same library without its debugging switches: looking one up in the environment costs as much as reading a token.
    resolve: { alias: { yaml: path.join(root, 'node_modules/yaml/browser/dist/index.js') } },
    plugins: [withoutPrograms],
  })
  let start
  const isOfStart = (id, context) => (start ??= importsOf(main, context)).has(id)
  const { output } = await bundle.write({
    dir,
    format: 'esm',
    // Each file costs a start as much as many bytes: what every start loads is one, and what most commands share another.
    codeSplitting: {
      groups: [
        { name: (id, context) => (isOfStart(id, context) ? 'start' : null), debugName: 'start', priority: 1 },
        { name: 'shared', minShareCount: 32 },
      ],
    },
    // Fewer bytes to scan at each start. Names stay: a stack trace must say something.
    minify: { compress: true, mangle: false, codegen: true },
    comments: false,
  })
  await bundle.close()
  // It waits for its command, which would wait for it.
  const waiting = output.find(({ imports }) => imports?.includes('detpack.js'))
  if (waiting !== undefined) throw new Error(`${waiting.fileName} imports the program itself`)
}

/** All that a module loads before it does anything. */
function importsOf(module, context) {
  const found = new Set(context.getModuleInfo(module).importedIds)
  for (const id of found) for (const next of context.getModuleInfo(id)?.importedIds ?? []) found.add(next)
  return found
}
