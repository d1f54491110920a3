import { error, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { MapNode } from '../../diagnostic/yaml.ts'
import type { Span } from '../../diagnostic/source.ts'
import { exactText, fieldReader, type JsonObject } from '../../event/field.ts'

/** Which events an exception takes out of a rule's sight: all parts must hold. */
export type Scope = readonly ScopePart[]

/** One field; any of the values will do. */
export interface ScopePart {
  readonly field: string
  /**
   * `is`: the exact text, with case. `like`: the whole text, with case; `*` stands for any letters, `?` for one, and a
   * backslash takes their meaning away.
   */
  readonly test: 'is' | 'like'
  readonly values: readonly string[]
  readonly span: Span
}

/** Who, where and what kind of use: alone they would blind a rule for all that somebody does. */
const BROAD = /^(?:user|process\.(?:real_|effective_)?user|process\.(?:real_|effective_)?group|host|event|agent)\./

/**
 * Reads `field: value`, `field: [value, …]` and `field|like: pattern`. `govern/broad-scope`: nothing but accounts, hosts
 * and kinds of events; `govern/scope`: a pattern of stars alone, or a test that there is not.
 */
export function decodeScope(map: MapNode | undefined, diagnostics: Diagnostic[]): Scope {
  if (map === undefined) return []
  const parts = map.entries.flatMap(({ key, value }): readonly ScopePart[] => {
    const [field = '', test = 'is', ...more] = key.text.split('|')
    const items = value.kind === 'list' ? value.items : [value]
    const texts = items.flatMap((item) => (item.kind === 'scalar' && item.value !== null ? [item.text] : []))
    if (field === '' || (test !== 'is' && test !== 'like') || more.length > 0) {
      const hint = 'write "field: value", or "field|like: pattern" with * and ?'
      diagnostics.push(error('govern/scope', `"${key.text}" is no test of a field`, key.span, { hint }))
      return []
    }
    if (texts.length === 0 || texts.length < items.length) {
      diagnostics.push(error('govern/wrong-type', `"${key.text}" must be a text or a list of texts`, value.span))
      return []
    }
    if (test === 'like' && texts.some((text) => /^[*?]*$/.test(text)))
      diagnostics.push(error('govern/scope', `"${key.text}" is met by everything`, value.span))
    return [{ field, test, values: texts, span: key.span }]
  })
  if (parts.length === map.entries.length && parts.every(({ field }) => BROAD.test(field))) {
    const hint = 'name what is used or by what: file.path, process.executable, service.name, destination.ip, …'
    const message = 'the scope names nothing but accounts, hosts or kinds of events'
    diagnostics.push(error('govern/broad-scope', message, map.span, { hint }))
  }
  return parts
}

/** A function that says whether an event lies in the scope. */
export function scopeTest(scope: Scope): (event: JsonObject) => boolean {
  const tests = scope.map(({ field, test, values }) => {
    const read = fieldReader(field)
    const wanted = new Set(values)
    const patterns = test === 'like' ? values.map(patternOf) : []
    const holds = (text: string): boolean =>
      test === 'is' ? wanted.has(text) : patterns.some((pattern) => pattern(text))
    return (event: JsonObject) => read(event).some((value) => holds(exactText(value)))
  })
  return (event) => tests.every((test) => test(event))
}

type Token = { readonly kind: 'any' } | { readonly kind: 'one' } | { readonly kind: 'letter'; readonly letter: string }

/** A test for a pattern. Takes at most as many steps as text and pattern have letters, multiplied: no regular expression does. */
function patternOf(written: string): (text: string) => boolean {
  const tokens = (written.match(/\\[\s\S]|\*+|[\s\S]/gu) ?? []).map((part): Token => {
    if (part.startsWith('*')) return { kind: 'any' }
    return part === '?' ? { kind: 'one' } : { kind: 'letter', letter: part.replace(/^\\(?=[\s\S])/, '') }
  })
  return (whole) => {
    const text = Array.from(whole)
    let [at, token] = [0, 0]
    // Where the last star stands, and how much of the text it has taken.
    let [star, taken] = [-1, 0]
    while (at < text.length) {
      const next = tokens[token]
      if (next?.kind === 'any') [star, taken, token] = [token, at, token + 1]
      else if (next?.kind === 'one' || (next?.kind === 'letter' && next.letter === text[at]))
        [at, token] = [at + 1, token + 1]
      else if (star >= 0) [taken, at, token] = [taken + 1, taken + 1, star + 1]
      else return false
    }
    return tokens.slice(token).every(({ kind }) => kind === 'any')
  }
}
