/**
 * A text pattern as a rule means it: literal stretches and wildcards. Nothing is lower-cased or escaped here, so that
 * each engine and backend can say it in its own way.
 */
export type Pattern = readonly PatternPart[]

export type PatternPart =
  | { readonly kind: 'text'; readonly text: string }
  /** Any run of characters, none included (`*`). */
  | { readonly kind: 'any' }
  /** Exactly one character, a Unicode code point (`?`). */
  | { readonly kind: 'one' }

export const any: PatternPart = { kind: 'any' }
export const one: PatternPart = { kind: 'one' }

export function text(literal: string): PatternPart {
  return { kind: 'text', text: literal }
}

/** A pattern in its one normal form: neighbouring texts joined, empty texts and doubled `*` gone, `*` after `?`s. */
export function pattern(...parts: readonly PatternPart[]): Pattern {
  const result: PatternPart[] = []
  for (const part of parts) {
    const last = result.at(-1)
    if (part.kind === 'text') {
      if (part.text === '') continue
      if (last?.kind === 'text') result[result.length - 1] = text(last.text + part.text)
      else result.push(part)
    } else if (part.kind === 'any') {
      if (last?.kind !== 'any') result.push(part)
    } else if (last?.kind === 'any') {
      result.splice(-1, 1, part, last)
    } else {
      result.push(part)
    }
  }
  return result
}

/** The text of a pattern without wildcards, else undefined. The empty pattern is the empty text. */
export function literal(of: Pattern): string | undefined {
  const [only] = of
  if (only === undefined) return ''
  return of.length === 1 && only.kind === 'text' ? only.text : undefined
}
