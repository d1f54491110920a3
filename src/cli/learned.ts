import { existsSync, readFileSync } from 'node:fs'
import { error, hasErrors, type Diagnostic } from '../diagnostic/diagnostic.ts'
import { renderDiagnostic } from '../diagnostic/frame.ts'
import type { Classes } from '../behaviour/baseline/item.ts'
import { parseLearned, type LearnedFile } from '../behaviour/baseline/learned-file.ts'
import { surroundingsOf } from '../behaviour/surroundings.ts'
import type { ResourceTable } from '../event/resource.ts'
import { inPack, type Configuration } from '../pack/configuration.ts'
import { reason } from '../pack/system-reason.ts'
import { Unusable } from './unusable.ts'

/** Where it lies unless somebody says otherwise, below the pack. */
const PLACE = '.detpack/learned.json'

export function learnedPlace(configuration: Configuration, named: string | undefined): string {
  return named ?? inPack(configuration, PLACE)
}

/** What was learned; one that cannot be read or was changed by hand is an `Unusable`. */
export function readLearned(file: string): LearnedFile {
  let text
  try {
    text = readFileSync(file, 'utf8')
  } catch (problem) {
    throw new Unusable(`cannot read "${file}": ${reason(problem)}; "detpack baseline learn" writes it`)
  }
  const parsed = parseLearned(file, text)
  if (parsed.file === undefined || hasErrors(parsed.diagnostics))
    throw new Unusable(parsed.diagnostics.map(renderDiagnostic).join('\n'))
  return parsed.file
}

/** The same where the place is named, or something lies where it usually does. */
export function findLearned(configuration: Configuration, named: string | undefined): LearnedFile | undefined {
  const place = learnedPlace(configuration, named)
  return named === undefined && !existsSync(place) ? undefined : readLearned(place)
}

export function classesOf(table: ResourceTable): Classes {
  return { learnable: new Set(surroundingsOf([], table).learnable) }
}

/** Names the classes that behaviour was learned by: their paths, and which of them may be learned. */
export function classesDigest(table: ResourceTable): string {
  return `${table.digest} ${[...classesOf(table).learnable].sort().join(',')}`
}

/** What was learned by other classes of paths does not add up (`behaviour/other-classes`). */
export function checkClasses(
  files: readonly (readonly [name: string, file: LearnedFile])[],
  wanted: string,
): Diagnostic[] {
  return files.flatMap(([name, { classes }]) => {
    if (classes === wanted) return []
    const hint = 'learn it anew from the events, by the classes that hold now'
    return [
      error('behaviour/other-classes', `"${name}" was learned by other classes of paths than the others`, undefined, {
        hint,
      }),
    ]
  })
}
