import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import path from 'node:path'
import { error, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import { Source } from '../../diagnostic/source.ts'
import { dropInFolders, templateOf, UNIT_FOLDERS } from './unit-path.ts'
import { parseUnit, type Assignment } from './unit-text.ts'

/** A unit as systemd would put it together: its file, then its drop-ins in their order. */
export interface LoadedUnit {
  readonly name: string
  /** The unit file and its drop-ins as the user knows them, in the order in which they count. */
  readonly files: readonly string[]
  readonly assignments: readonly Assignment[]
  readonly diagnostics: readonly Diagnostic[]
}

export type UnitLoading =
  | { readonly kind: 'unit'; readonly unit: LoadedUnit }
  /** Linked to /dev/null or empty: it cannot be started. */
  | { readonly kind: 'masked'; readonly file: string }
  | { readonly kind: 'missing'; readonly diagnostics: readonly Diagnostic[] }

/**
 * Reads a unit below a root folder, without systemd: the file of the highest folder that has one, then its drop-ins by
 * file name, of which the highest folder's counts where several have one name (systemd.unit(5)). Links are followed
 * inside the root only.
 */
export function loadUnit(root: string, name: string): UnitLoading {
  const file = findUnit(root, name) ?? findUnit(root, templateOf(name))
  if (file === undefined) {
    const message = `there is no unit "${name}" below "${root}"`
    const hint = `looked in ${UNIT_FOLDERS.join(', ')}`
    return { kind: 'missing', diagnostics: [error('govern/no-unit', message, undefined, { hint })] }
  }
  if (isMask(file)) return { kind: 'masked', file: file.shown }
  const names = [...new Set([name, path.basename(file.real)])]
  return { kind: 'unit', unit: together(name, [file, ...dropIns(root, names)]) }
}

/** Reads one unit file and the drop-ins in `NAME.d` beside it, wherever it lies. */
export function loadUnitFile(file: string): UnitLoading {
  const found = resolve('/', file, path.resolve(file))
  if (found === undefined) {
    return { kind: 'missing', diagnostics: [error('govern/no-unit', `cannot read the unit file "${file}"`)] }
  }
  if (isMask(found)) return { kind: 'masked', file }
  const beside = filesIn(`${path.resolve(file)}.d`).map(({ name, real }) => ({ shown: `${file}.d/${name}`, real }))
  return { kind: 'unit', unit: together(path.basename(file), [found, ...beside.filter((one) => !isMask(one))]) }
}

/** Names of the services that have a file below a root, templates too; other names of the same unit are left out. */
export function serviceNames(root: string): readonly string[] {
  const names = new Set<string>()
  for (const folder of UNIT_FOLDERS) {
    for (const { name, real } of filesIn(path.join(root, folder), '.service')) if (!isAlias(name, real)) names.add(name)
  }
  return [...names].sort()
}

function isAlias(name: string, real: string): boolean {
  if (!lstatSync(real).isSymbolicLink()) return false
  const target = path.basename(readlinkSync(real))
  return target.endsWith('.service') && target !== name
}

interface Found {
  /** As it is shown. */
  readonly shown: string
  /** Where its text lies. */
  readonly real: string
}

function together(name: string, files: readonly Found[]): LoadedUnit {
  const assignments: Assignment[] = []
  const diagnostics: Diagnostic[] = []
  for (const { shown, real } of files) {
    const parsed = parseUnit(new Source(shown, readFileSync(real, 'utf8')))
    assignments.push(...parsed.assignments)
    diagnostics.push(...parsed.diagnostics)
  }
  return { name, files: files.map((one) => one.shown), assignments, diagnostics }
}

function findUnit(root: string, name: string | undefined): Found | undefined {
  if (name === undefined) return undefined
  for (const folder of UNIT_FOLDERS) {
    const shown = path.join(root, folder, name)
    const found = resolve(root, shown, shown)
    if (found !== undefined) return found
  }
  return undefined
}

function dropIns(root: string, names: readonly string[]): readonly Found[] {
  const folders = [
    ...UNIT_FOLDERS.flatMap((unit) => names.flatMap(dropInFolders).map((own) => path.join(unit, own))),
    ...UNIT_FOLDERS.map((unit) => path.join(unit, 'service.d')),
  ]
  const byName = new Map<string, Found>()
  for (const folder of folders) {
    for (const { name } of filesIn(path.join(root, folder))) {
      const shown = path.join(root, folder, name)
      const found = resolve(root, shown, shown)
      if (found !== undefined && !byName.has(name)) byName.set(name, found)
    }
  }
  const sorted = [...byName].sort(([a], [b]) => (a < b ? -1 : 1))
  return sorted.map(([, found]) => found).filter((one) => !isMask(one))
}

function filesIn(folder: string, ending = '.conf'): readonly { readonly name: string; readonly real: string }[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(ending) && !name.startsWith('.'))
      .sort()
      .map((name) => ({ name, real: path.join(folder, name) }))
  } catch {
    return []
  }
}

const MOST_LINKS = 32

/** Follows links as they look from inside the root; undefined when there is nothing at their end. */
function resolve(root: string, shown: string, place: string): Found | undefined {
  let real = place
  try {
    for (let links = 0; links < MOST_LINKS; links++) {
      const info = lstatSync(real)
      if (!info.isSymbolicLink()) return info.isFile() || real === NOTHING ? { shown, real } : undefined
      const target = readlinkSync(real)
      if (target === NOTHING) return { shown, real: NOTHING }
      real = path.isAbsolute(target) ? inside(root, target) : inside(root, path.join(path.dirname(real), target), root)
    }
  } catch {
    // Not there, or not to be read: as if there were none.
  }
  return undefined
}

const NOTHING = '/dev/null'

/** A path as seen from the root, which it cannot leave. */
function inside(root: string, target: string, base = ''): string {
  const relative = base === '' ? target : `/${path.relative(base, target)}`
  return path.join(root, path.normalize(relative.startsWith('/..') ? relative.replace(/^(\/\.\.)+/, '') : relative))
}

function isMask({ real }: Found): boolean {
  return real === NOTHING || lstatSync(real).size === 0
}
