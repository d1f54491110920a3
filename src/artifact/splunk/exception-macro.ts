import { emitExclusion, type KnownFields } from '../../backend/spl/exclusion.ts'
import { error, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import { coveredEvents, exceptionNote, isListed, unfitScope, type PackException } from '../exception.ts'
import { oneLine, type Stanza } from './conf.ts'
import { valueLookup, type ValueLookup } from './value-lookup.ts'

/**
 * The macro by which a search does not see what an exception covers. No other macro of ours has a name that ends so. A name
 * holds no dots; ids that differ give names that do.
 */
export function exceptionMacroName(id: string): string {
  return `detpack_${id.replace(/[_.]/g, (letter) => (letter === '_' ? '__' : '_-'))}_exception`
}

export function isExceptionMacro(name: string): boolean {
  return /^detpack_[\w-]+_exception$/.test(name)
}

/**
 * The stanza of macros.conf of one exception, and the lists of values that it looks up; it runs out by itself, by the clock
 * of the search head. Refused is what `unfitScope` says, what SPL cannot say, and a value with a backtick, by which Splunk
 * calls macros (`artifact/exception-field`).
 */
export function exceptionMacro(
  exception: PackException,
  fields: KnownFields,
): {
  readonly stanza?: Stanza
  readonly lists: readonly ValueLookup[]
  readonly diagnostics: readonly Diagnostic[]
} {
  const { id, title, scope, until, span } = exception
  const written = scope.filter((part) => !isListed(part))
  const listed = scope.filter(isListed)
  const lists = listed.map((part, at) => valueLookup(exception, part, at + 1))
  const lookedUp = listed.map(({ field }, at) => ({ field, table: lists[at]?.name ?? '' }))
  const made = emitExclusion(coveredEvents(written), lookedUp, Math.floor(until / 1000) + 1, span, fields)
  const diagnostics = [
    ...unfitScope(exception, (name) => fields.field(name)),
    ...written
      .filter(({ values }) => values.some((value) => value.includes('`')))
      .map(({ field, span: at }) => error('artifact/exception-field', `"${field}" has a backtick in a value`, at)),
    ...made.diagnostics,
  ]
  if (diagnostics.length > 0) return { lists: [], diagnostics }
  const day = new Date(until).toISOString().slice(0, 10)
  const description = oneLine(`Until ${day}: ${title}. ${exceptionNote(exception)}`)
  const stanza = { name: exceptionMacroName(id), settings: { definition: made.text, description } }
  return { stanza, lists, diagnostics }
}
