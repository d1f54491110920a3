import { closeSync, existsSync, fstatSync, openSync, readdirSync, readSync, statSync, type Dirent } from 'node:fs'
import path from 'node:path'
import { error, type Diagnostic } from '../diagnostic/diagnostic.ts'
import { Source } from '../diagnostic/source.ts'
import { reason } from './system-reason.ts'

/** A rule file larger than this is somebody's mistake; it is refused, not read. */
const LARGEST_FILE = 4 * 1024 * 1024

/** An option that takes several paths takes all that follow it. */
const EVENTS_HINT = 'name events before the options that take several paths, or behind another option'

/**
 * The files below each path whose name ends in one of `endings`, in path order, each once however it is spelt. A path
 * that is a file is taken whatever its ending. Hidden folders, node_modules, and what is no file (a pipe, a socket) are
 * passed over, links to folders are not followed. A path that is not there is a `pack/no-such-path`, a folder that
 * cannot be listed a `pack/unreadable`, events where rules are wanted a `pack/events`.
 */
export function findFiles(
  paths: readonly string[],
  endings: readonly string[],
): { files: string[]; diagnostics: Diagnostic[] } {
  const files = new Map<string, string>()
  const diagnostics: Diagnostic[] = []
  const take = (file: string): void => {
    const whole = wholePath(file)
    if (!files.has(whole)) files.set(whole, file)
  }
  for (const each of paths) {
    const found = existsSync(each) ? statSync(each) : undefined
    if (found === undefined) diagnostics.push(error('pack/no-such-path', `there is no file or folder "${each}"`))
    else if (found.isDirectory()) for (const file of walk(each, endings, diagnostics)) take(file)
    else if (each.endsWith('.ndjson'))
      diagnostics.push(error('pack/events', `"${each}" holds events, not rules`, undefined, { hint: EVENTS_HINT }))
    else take(path.normalize(each))
  }
  return { files: [...files.values()], diagnostics }
}

const wholePaths = new Map<string, string>()

/** The absolute path of a file, known of those that were found; the working folder stays the same. */
export function wholePath(file: string): string {
  return wholePaths.get(file) ?? path.resolve(file)
}

function* walk(folder: string, endings: readonly string[], diagnostics: Diagnostic[]): Generator<string> {
  let entries: Dirent[]
  try {
    entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  } catch (problem) {
    diagnostics.push(error('pack/unreadable', `cannot read the folder "${folder}": ${reason(problem)}`))
    return
  }
  // What path.join and path.resolve would make of each, which takes far longer.
  const within = path.join(folder, 'x').slice(0, -1)
  const wholeWithin = path.resolve(folder, 'x').slice(0, -1)
  for (const entry of entries) {
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue
    const full = within + entry.name
    if (entry.isDirectory()) yield* walk(full, endings, diagnostics)
    else if (endings.some((ending) => entry.name.endsWith(ending)) && isReadable(entry, full)) {
      wholePaths.set(full, wholeWithin + entry.name)
      yield full
    }
  }
}

/** A file, or a link to one; a link to nothing too, so that it is told when it cannot be read. */
function isReadable(entry: Dirent, full: string): boolean {
  if (entry.isFile()) return true
  return entry.isSymbolicLink() && (!existsSync(full) || statSync(full).isFile())
}

/** Reads texts; one that cannot be read, is too large or is not UTF-8 gives a diagnostic and the others are still read. */
export function readSources(files: readonly string[]): { sources: Source[]; diagnostics: Diagnostic[] } {
  const sources: Source[] = []
  const diagnostics: Diagnostic[] = []
  const decoder = new TextDecoder('utf-8', { fatal: true })
  for (const file of files) {
    try {
      const bytes = readAtMost(file, LARGEST_FILE)
      if (bytes === undefined) {
        diagnostics.push(
          error('pack/file-too-large', `"${file}" is larger than the ${LARGEST_FILE} bytes that are read`),
        )
      } else sources.push(new Source(file, decoder.decode(bytes)))
    } catch (problem) {
      if (problem instanceof TypeError) diagnostics.push(error('pack/not-utf8', `"${file}" is not UTF-8 text`))
      else diagnostics.push(error('pack/unreadable', `cannot read "${file}": ${reason(problem)}`))
    }
  }
  return { sources, diagnostics }
}

/** Most files fit into it, so that each needs no room of its own. */
const room = new Uint8Array(1 << 16)

/**
 * The bytes of a file, until the next is read; undefined when it has more than so many. A device without end is not
 * read to its end.
 */
function readAtMost(file: string, most: number): Uint8Array | undefined {
  const descriptor = openSync(file, 'r')
  try {
    const known = fstatSync(descriptor).size
    if (known > most) return undefined
    let buffer = known < room.length ? room : new Uint8Array(known + 1)
    let length = 0
    for (;;) {
      const count = readSync(descriptor, buffer, length, buffer.length - length, null)
      if (count === 0) return buffer.subarray(0, length)
      length += count
      if (length > most) return undefined
      if (length === buffer.length) {
        const larger = new Uint8Array(buffer.length * 2)
        larger.set(buffer)
        buffer = larger
      }
    }
  } finally {
    closeSync(descriptor)
  }
}
