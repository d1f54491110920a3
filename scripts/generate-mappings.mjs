// Writes the files that are generated: those of mappings/ from the event schema in src/event and the form of tasks in
// src/behaviour, and the capability matrix in docs/ from what the backends say. A test fails when they differ.
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { importText, root } from './bundle.mjs'

const source = `
import { taskSchemaFile } from './src/behaviour/task-schema.ts'
import { capabilities } from './src/cli/capability/matrix.ts'
import { MATRIX_FILE, renderMatrix } from './src/cli/capability/markdown.ts'
import { mappingFiles } from './src/event/mapping-file.ts'
export const files = [...mappingFiles(), taskSchemaFile(), [MATRIX_FILE, renderMatrix(capabilities())]]
`
const { files } = await importText(source)
for (const [name, text] of files) {
  const file = path.join(root, name)
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, text)
  process.stdout.write(`${name}\n`)
}
