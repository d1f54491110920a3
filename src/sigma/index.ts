/**
 * Sigma 2.1, with the draft of 2.2, from text to what it means.
 *
 * 1. collection: YAML documents, `action: global | repeat | reset`
 * 2. decode: each document by itself into a rule, a correlation or a filter, every part with its place
 * 3. registry, dependency: ids and names, order, circles
 * 4. filter: conditions that filters add
 * 5. lower: selections and conditions into predicates, correlations into sequences, counts and measures
 */
import type { Diagnostic } from '../diagnostic/diagnostic.ts'
import { Source, type Span } from '../diagnostic/source.ts'
import type { Program } from '../ir/rule.ts'
import { parseCollection } from './collection.ts'
import { decodeDocument } from './decode-document.ts'
import type { SigmaDocument } from './document.ts'
import { lowerProgram } from './lower-program.ts'
import type { Placeholders } from './transform.ts'

export { Source, type Diagnostic, type Program, type Span }
export type * from './document.ts'
export type { Condition } from './condition.ts'

export interface SigmaOptions {
  /** Values for `|expand`: name without percent signs to the values it stands for. A name without values is refused. */
  readonly placeholders?: Placeholders
}

/**
 * Reads rules, correlations and filters that may name each other across sources. A rule with an error is left out of
 * the program, and so is every correlation that needs it; the others are not touched.
 */
export function readSigma(
  sources: readonly Source[],
  options: SigmaOptions = {},
): { program: Program; diagnostics: Diagnostic[] } {
  const diagnostics: Diagnostic[] = []
  const decoded = sources.flatMap((source) => {
    const { documents, diagnostics: found } = parseCollection(source)
    diagnostics.push(...found)
    return documents.map(decodeDocument)
  })
  for (const one of decoded) diagnostics.push(...one.diagnostics)
  const placeholders: Placeholders = options.placeholders ?? new Map()
  return { program: lowerProgram(decoded, placeholders, diagnostics), diagnostics }
}

/** The documents of one source as trees, for tools that work on rules as they are written. */
export function parseSigma(source: Source): { documents: SigmaDocument[]; diagnostics: Diagnostic[] } {
  const { documents, diagnostics } = parseCollection(source)
  const decoded = documents.map(decodeDocument)
  return {
    documents: decoded.flatMap(({ document }) => (document ? [document] : [])),
    diagnostics: [...diagnostics, ...decoded.flatMap((one) => one.diagnostics)],
  }
}
