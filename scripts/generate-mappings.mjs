// Writes the files of mappings/ that are generated from the event schema in src/event. A test fails when they differ.
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { build } from 'esbuild'

const root = path.resolve(import.meta.dirname, '..')
const bundle = await build({
  absWorkingDir: root,
  entryPoints: ['src/event/mapping-file.ts'],
  bundle: true,
  format: 'esm',
  platform: 'node',
  write: false,
})
const code = bundle.outputFiles[0].text
const { mappingFiles } = await import(`data:text/javascript,${encodeURIComponent(code)}`)
for (const [name, text] of mappingFiles()) {
  const file = path.join(root, name)
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, text)
  process.stdout.write(`${name}\n`)
}
