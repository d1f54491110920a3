// Writes the files of mappings/ that are generated from the event schema in src/event and the form of tasks in
// src/behaviour. A test fails when they differ.
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { build } from 'esbuild'

const root = path.resolve(import.meta.dirname, '..')
const bundle = await build({
  absWorkingDir: root,
  stdin: {
    contents: `export { mappingFiles } from './src/event/mapping-file.ts'
      export { taskSchemaFile } from './src/behaviour/task-schema.ts'`,
    resolveDir: root,
  },
  bundle: true,
  format: 'esm',
  platform: 'node',
  write: false,
})
const code = bundle.outputFiles[0].text
const { mappingFiles, taskSchemaFile } = await import(`data:text/javascript,${encodeURIComponent(code)}`)
for (const [name, text] of [...mappingFiles(), taskSchemaFile()]) {
  const file = path.join(root, name)
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, text)
  process.stdout.write(`${name}\n`)
}
