// How TypeScript of src/ becomes files that Node runs.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { rolldown } from 'rolldown'

export const root = path.resolve(import.meta.dirname, '..')

/** Loaded from node_modules, and only by what talks to a server, keeps a store or runs an expression. */
export const EXTERNAL = ['@elastic/elasticsearch', 'undici', 'libsql', 're2js']

const ENTRY = 'entry.ts'

/** Bundles a module whose text stands in the root of the checkout into one file. */
export async function bundleText(text, file) {
  const entry = {
    name: 'entry',
    resolveId: (id, importer) => {
      if (id === ENTRY) return path.join(root, ENTRY)
      return importer === path.join(root, ENTRY) && id.startsWith('.') ? path.join(root, id) : null
    },
    load: (id) => (id === path.join(root, ENTRY) ? text : null),
  }
  const bundle = await rolldown({ cwd: root, input: ENTRY, platform: 'node', external: EXTERNAL, plugins: [entry] })
  await bundle.write({ file, format: 'esm', codeSplitting: false })
  await bundle.close()
}

/** What such a module exports. */
export async function importText(text) {
  const dist = path.join(root, 'dist')
  mkdirSync(dist, { recursive: true })
  const folder = mkdtempSync(path.join(dist, 'bundle-'))
  try {
    const file = path.join(folder, 'entry.mjs')
    await bundleText(text, file)
    return await import(pathToFileURL(file).href)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
