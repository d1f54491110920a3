import { readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of the installed package: dist/cli/ lies two levels below it. */
const PACKAGE_ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')

/** A path of a file that ships with detpack. */
export function packaged(...parts: readonly string[]): string {
  return path.join(PACKAGE_ROOT, ...parts)
}

export function readPackagedJson(...parts: readonly string[]): unknown {
  return JSON.parse(readFileSync(packaged(...parts), 'utf8')) as unknown
}
