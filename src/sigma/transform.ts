import { error, type Diagnostic } from '../diagnostic/diagnostic.ts'
import type { Span } from '../diagnostic/source.ts'
import { didYouMean } from '../diagnostic/suggest.ts'
import { any, literal, pattern, text, type Pattern } from '../ir/pattern.ts'
import type { Word } from './document.ts'
import {
  decodeUtf8,
  encodeBase64,
  encodeBase64Offsets,
  encodeUtf16,
  encodeUtf8,
  exchangeDashes,
  type Utf16,
} from './encoding.ts'
import { parseTextValue } from '../ir/written-pattern.ts'

/** Values for the placeholders of `expand`, by name. */
export type Placeholders = Pick<ReadonlyMap<string, readonly string[]>, 'get' | 'keys'>

/** One value may become this many by windash and expand; more would only fill the search. */
const MOST_FORMS = 3125

/** A value on its way through the modifiers: text, or bytes once it was encoded as UTF-16. */
type Form = { readonly is: 'text'; readonly pattern: Pattern } | { readonly is: 'bytes'; readonly bytes: Uint8Array }

/**
 * Applies the modifiers that change texts, in the order written; the result is every form the value may take.
 * Undefined when a diagnostic was given.
 */
export function applyTransforms(
  value: Pattern,
  span: Span,
  transforms: readonly Word[],
  placeholders: Placeholders,
  diagnostics: Diagnostic[],
): readonly Pattern[] | undefined {
  let forms: readonly Form[] = [{ is: 'text', pattern: value }]
  for (const modifier of transforms) {
    const next: Form[] = []
    for (const form of forms) {
      const changed = applyOne(form, span, modifier, placeholders)
      if ('code' in changed) {
        diagnostics.push(changed)
        return undefined
      }
      for (const each of changed) next.push(each)
    }
    if (next.length > MOST_FORMS) {
      diagnostics.push(tooMany(span))
      return undefined
    }
    forms = next
  }
  const texts = forms.map(asText)
  if (texts.every((each) => each !== undefined)) return texts
  const message = 'bytes that are no text cannot be compared with a field'
  diagnostics.push(error('sigma/encoding', message, span, { hint: 'add base64 or base64offset' }))
  return undefined
}

function applyOne(form: Form, span: Span, modifier: Word, placeholders: Placeholders): readonly Form[] | Diagnostic {
  const name = modifier.text
  switch (name) {
    case 'base64':
    case 'base64offset': {
      const bytes = form.is === 'bytes' ? form.bytes : plainBytes(form.pattern)
      if (bytes === undefined) return wildcardRefused(name, span)
      return (name === 'base64' ? [encodeBase64(bytes)] : encodeBase64Offsets(bytes)).map((each) =>
        asForm(pattern(text(each))),
      )
    }
    case 'wide':
    case 'utf16':
    case 'utf16le':
    case 'utf16be': {
      const plain = form.is === 'text' ? literal(form.pattern) : undefined
      if (plain === undefined) return wildcardRefused(name, span)
      return [{ is: 'bytes', bytes: encodeUtf16(plain, name === 'wide' ? 'utf16le' : (name satisfies Utf16)) }]
    }
  }
  const before = asText(form)
  if (before === undefined) {
    const message = `"${name}" cannot follow an encoding whose bytes are no text`
    return error('sigma/encoding', message, span, { hint: `put base64 or base64offset before "${name}"` })
  }
  switch (name) {
    case 'contains':
      return [asForm(pattern(any, ...before, any))]
    case 'startswith':
      return [asForm(pattern(...before, any))]
    case 'endswith':
      return [asForm(pattern(any, ...before))]
    case 'windash':
      return exchangeDashes(before, MOST_FORMS)?.map(asForm) ?? tooMany(span)
    case 'expand': {
      const expanded = expandPattern(before, span, placeholders)
      return 'code' in expanded ? expanded : expanded.map(asForm)
    }
    default:
      throw new Error(`"${name}" changes no text`)
  }
}

/** Puts values in the place of `%name%`; `\%` is a plain percent sign. */
function expandPattern(of: Pattern, span: Span, placeholders: Placeholders): readonly Pattern[] | Diagnostic {
  let forms: Pattern[] = [[]]
  for (const part of of) {
    if (part.kind !== 'text') {
      forms = forms.map((form) => [...form, part])
      continue
    }
    for (const piece of splitPlaceholders(part.text)) {
      if (piece.kind === 'text') {
        forms = forms.map((form) => [...form, piece])
        continue
      }
      const values = placeholders.get(piece.name)
      if (values === undefined || values.length === 0) return unresolved(piece.name, span, placeholders)
      if (forms.length * values.length > MOST_FORMS) return tooMany(span)
      const inserted = values.map(parseTextValue)
      forms = forms.flatMap((form) => inserted.map((value) => [...form, ...value]))
    }
  }
  return forms.map((form) => pattern(...form))
}

type Piece = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'name'; readonly name: string }

function splitPlaceholders(plain: string): readonly Piece[] {
  const pieces: Piece[] = []
  let from = 0
  for (const match of plain.matchAll(/\\%|%(\w+)%/g)) {
    pieces.push({ kind: 'text', text: plain.slice(from, match.index) })
    const name = match[1]
    pieces.push(name === undefined ? { kind: 'text', text: '%' } : { kind: 'name', name })
    from = match.index + match[0].length
  }
  pieces.push({ kind: 'text', text: plain.slice(from) })
  return pieces
}

/** The text of a regular expression with its placeholders filled in; but for `*` the values stand for themselves. */
export function expandRegex(source: string, span: Span, placeholders: Placeholders): readonly string[] | Diagnostic {
  let forms = ['']
  for (const piece of splitPlaceholders(source)) {
    if (piece.kind === 'text') {
      forms = forms.map((form) => form + piece.text)
      continue
    }
    const values = placeholders.get(piece.name)
    if (values === undefined || values.length === 0) return unresolved(piece.name, span, placeholders)
    if (forms.length * values.length > MOST_FORMS) return tooMany(span)
    const literals = values.map((value) => (value === '*' ? '.*' : value.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')))
    forms = forms.flatMap((form) => literals.map((value) => form + value))
  }
  return forms
}

function unresolved(name: string, span: Span, placeholders: Placeholders): Diagnostic {
  const hint = didYouMean(name, placeholders.keys()) ?? 'give its values in the configuration'
  return error('sigma/unresolved-placeholder', `the placeholder %${name}% has no values`, span, { hint })
}

function asForm(of: Pattern): Form {
  return { is: 'text', pattern: of }
}

function asText(form: Form): Pattern | undefined {
  if (form.is === 'text') return form.pattern
  const decoded = decodeUtf8(form.bytes)
  return decoded === undefined ? undefined : pattern(text(decoded))
}

function plainBytes(of: Pattern): Uint8Array | undefined {
  const plain = literal(of)
  return plain === undefined ? undefined : encodeUtf8(plain)
}

function wildcardRefused(modifier: string, span: Span): Diagnostic {
  return error('sigma/encoded-wildcard', `"${modifier}" cannot encode a wildcard`, span, {
    hint: `put "${modifier}" before contains, startswith or endswith, and write \\* or \\? for the plain character`,
  })
}

function tooMany(span: Span): Diagnostic {
  const message = `the value stands for more than ${MOST_FORMS} texts`
  return error('sigma/too-large', message, span, { hint: 'split it into shorter values' })
}
