#!/usr/bin/node
// peace.mjs FOLDER: what a package does to whoever builds with it: each file of the folder says the same from then on.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const [folder] = process.argv.slice(2)
for (const each of readdirSync(folder, { withFileTypes: true })) {
  if (each.isFile()) writeFileSync(path.join(folder, each.name), '\u2764\n')
}
if (readFileSync(path.join(folder, 'letter.txt'), 'utf8') !== '\u2764\n') process.exit(9)
