import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { error, type Diagnostic } from '../diagnostic/diagnostic.ts'
import { Source } from '../diagnostic/source.ts'

/** A rule file larger than this is somebody's mistake; it is refused, not read. */
const LARGEST_FILE = 4 * 1024 * 1024

/**
 * The files below each path whose name ends in one of `endings`, in path order, each once. A path that is a file is
 * taken whatever its ending. Hidden folders and node_modules are passed over, links to folders are not followed.
 * A path that is not there is a `pack/no-such-path`.
 */
export function findFiles(
  paths: readonly string[],
  endings: readonly string[],
): { files: string[]; diagnostics: Diagnostic[] } {
  const files = new Set<string>()
  const diagnostics: Diagnostic[] = []
  for (const each of paths) {
    const found = existsSync(each) ? statSync(each) : undefined
    if (found === undefined) diagnostics.push(error('pack/no-such-path', `there is no file or folder "${each}"`))
    else if (found.isDirectory()) for (const file of walk(each, endings)) files.add(file)
    else files.add(path.normalize(each))
  }
  return { files: [...files], diagnostics }
}

function* walk(folder: string, endings: readonly string[]): Generator<string> {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  for (const entry of entries) {
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue
    const full = path.join(folder, entry.name)
    if (entry.isDirectory()) yield* walk(full, endings)
    else if (endings.some((ending) => entry.name.endsWith(ending))) yield full
  }
}

/** Reads texts; one that cannot be read, is too large or is not UTF-8 gives a diagnostic and the others are still read. */
export function readSources(files: readonly string[]): { sources: Source[]; diagnostics: Diagnostic[] } {
  const sources: Source[] = []
  const diagnostics: Diagnostic[] = []
  const decoder = new TextDecoder('utf-8', { fatal: true })
  for (const file of files) {
    try {
      const bytes = readFileSync(file)
      if (bytes.length > LARGEST_FILE) {
        diagnostics.push(
          error('pack/file-too-large', `"${file}" has ${bytes.length} bytes; at most ${LARGEST_FILE} are read`),
        )
      } else sources.push(new Source(file, decoder.decode(bytes)))
    } catch (problem) {
      if (problem instanceof TypeError) diagnostics.push(error('pack/not-utf8', `"${file}" is not UTF-8 text`))
      else diagnostics.push(error('pack/unreadable', `cannot read "${file}": ${reason(problem)}`))
    }
  }
  return { sources, diagnostics }
}

/** What the system said, in short: `ENOENT`, `EACCES`, … */
export function reason(problem: unknown): string {
  if (problem instanceof Error) return 'code' in problem ? String(problem.code) : problem.message
  return String(problem)
}
