import { EVERYTHING } from '../../behaviour/target.ts'
import type { Surroundings } from '../../behaviour/surroundings.ts'
import type { Target, Task, TargetPath } from '../../behaviour/task.ts'
import { isOn } from '../../behaviour/use.ts'
import type { PathPattern } from '../../event/path-pattern.ts'
import { asked } from './asked.ts'

/** A name that no pattern is likely to be about. */
const UNNAMED = 'detpack-sample'

/**
 * Paths that meet lists of patterns in every way in which a path can: one for each set of lists that a path may match at
 * once. The compiled rules see nothing else of a path.
 */
export function samplePaths(lists: readonly PathList[], task: Task, around: Surroundings): string[] {
  const matched = asked(lists.map((paths) => isOn({ ...EVERYTHING, paths }, task, around)))
  const patterns = lists.flat().map(({ pattern }) => pattern)
  const bySignature = new Map<string, string>()
  for (const path of candidates(patterns, around.homes)) {
    const signature = matched({ 'file.path': path }).join(' ')
    if (!bySignature.has(signature)) bySignature.set(signature, path)
  }
  return [...bySignature.values()]
}

type PathList = readonly TargetPath[]

/** The patterns of a target for where something is. */
export function pathLists(on: Target): readonly PathList[] {
  return listsOf(on, ({ paths }) => paths)
}

/** And for what it is a link to, or was called before. */
export function linkLists(on: Target): readonly PathList[] {
  return listsOf(on, ({ linkOf }) => linkOf)
}

function listsOf(on: Target, of: (on: Target) => PathList | null): readonly PathList[] {
  const own = of(on)
  return [...(own === null ? [] : [own]), ...(on.except ?? []).flatMap((each) => listsOf(each, of))]
}

/**
 * Of the directories that patterns name the deepest decides below which a path lies, and of the names the longest which
 * it has. So each directory with each name meets them in every way.
 */
function candidates(patterns: readonly PathPattern[], homes: readonly string[]): string[] {
  const places = homesIn(homes, patterns.flatMap(placeOf))
  const inHomes = (path: string): string[] =>
    path.startsWith('~/') ? places.map((home) => home + path.slice(1)) : [path]
  const exact = patterns.flatMap((one) => (one.kind === 'exact' ? inHomes(one.path) : []))
  const below = patterns.flatMap((one) =>
    one.kind === 'below' && one.directory !== null ? inHomes(one.directory) : [],
  )
  const directories = [`/${UNNAMED}/`, ...below, ...exact.map((path) => path.slice(0, path.lastIndexOf('/') + 1))]
  const names = [UNNAMED, ...patterns.flatMap(nameOf)]
  return [...new Set([...directories.flatMap((directory) => names.map((name) => directory + name)), ...exact])]
}

function placeOf(pattern: PathPattern): string[] {
  return pattern.kind === 'exact' ? [pattern.path] : pattern.directory === null ? [] : [pattern.directory]
}

function nameOf(pattern: PathPattern): string[] {
  if (pattern.kind === 'exact' || pattern.name === null) return []
  return [pattern.name.kind === 'name' ? pattern.name.text : UNNAMED + pattern.name.text]
}

/** Each home of somebody, and those that patterns name by themselves: `/home/a/` lies among `/home/*`. */
function homesIn(homes: readonly string[], places: readonly string[]): string[] {
  const named = homes.flatMap((home) => {
    const parts = home.split('/')
    return places.map((place) => place.split('/').slice(0, parts.length)).filter((own) => isHome(own, parts))
  })
  return [...new Set([...homes.map((home) => home.replaceAll('*', UNNAMED)), ...named.map((own) => own.join('/'))])]
}

function isHome(own: readonly string[], home: readonly string[]): boolean {
  return home.every((part, at) => part === own[at] || (part === '*' && (own[at] ?? '') !== ''))
}
