// Copies into a folder what the bundled program takes from node_modules, with all that those packages need themselves, for
// Linux on x86-64. Types, source maps and tests stay behind.
import { cpSync, existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { EXTERNAL, root } from './bundle.mjs'

const [target] = process.argv.slice(2)
const modules = path.join(root, 'node_modules')

const wanted = [...EXTERNAL]
/** For other systems, or types alone. */
const unwanted = (name) =>
  name.startsWith('@types/') || (name.startsWith('@libsql/') && name !== '@libsql/linux-x64-gnu')
const left = /\.(?:d\.[cm]?ts|[cm]?ts|map|md|markdown|flow)$|(?:^|\/)(?:tests?|docs|\.github)$/

const found = new Set()
for (const name of wanted) {
  const folder = path.join(modules, name)
  if (found.has(name) || unwanted(name) || !existsSync(folder)) continue
  found.add(name)
  const { dependencies, optionalDependencies } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'))
  wanted.push(...Object.keys({ ...dependencies, ...optionalDependencies }))
}
for (const name of [...found].sort())
  cpSync(path.join(modules, name), path.join(target, name), {
    recursive: true,
    filter: (from) => !left.test(path.relative(path.join(modules, name), from)),
  })
