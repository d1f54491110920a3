import type { Source, Span } from '../../../diagnostic/source.ts'
import { didYouMean } from '../../../diagnostic/suggest.ts'
import { Problem } from '../problem.ts'
import type { Macro, Macros } from './macro.ts'
import { QueryText, type Piece } from './query-text.ts'

/** Macros in macros end somewhere; Splunk itself stops at a hundred. */
const DEEPEST = 20
/** A query is a text that someone reads; expanding must not make more of it than can be held. */
const LONGEST = 1_000_000
const MOST_CALLS = 10_000

/**
 * Blanks comments (```…```) and expands macros (`name(a, b)`) outside of double quotes.
 *
 * Throws a `Problem`: `spl/syntax` for a comment or a call that is not closed; `spl/unknown-macro`; `spl/macro` for a call
 * with a wrong number of arguments, or macros that expand to themselves.
 */
export function expandQuery(source: Source, macros: Macros): QueryText {
  const expander = new Expander(source, macros)
  return new QueryText(source, expander.pieces(source.text, null, 0))
}

class Expander {
  readonly #source: Source
  readonly #macros: Macros
  #length = 0
  #calls = 0

  constructor(source: Source, macros: Macros) {
    this.#source = source
    this.#macros = macros
  }

  /** @param call the outermost call that the text comes from; null for the source itself */
  pieces(text: string, call: Span | null, depth: number): readonly Piece[] {
    const found: Piece[] = []
    const put = (from: number, to: number, written = text.slice(from, to)): void => {
      if (written === '') return
      this.#length += written.length
      if (this.#length > LONGEST)
        throw new Problem('spl/macro', 'macros expand to more than a million characters', this.#span(call, from, to))
      found.push(
        call
          ? { text: written, start: call.start, end: call.end, copied: false }
          : { text: written, start: from, end: to, copied: true },
      )
    }
    let done = 0
    let at = 0
    while (at < text.length) {
      const character = text[at]
      if (character === '"') at = afterQuoted(text, at)
      else if (text.startsWith('```', at)) {
        const end = text.indexOf('```', at + 3)
        if (end === -1) throw this.#unclosed('a comment', '```', call, at)
        put(done, at)
        put(at, end + 3, text.slice(at, end + 3).replace(/[^\n]/g, ' '))
        done = at = end + 3
      } else if (character === '`') {
        const end = closingTick(text, at + 1)
        if (end === -1) throw this.#unclosed('a macro', '`', call, at)
        put(done, at)
        const span = this.#span(call, at, end + 1)
        for (const piece of this.#expand(text.slice(at + 1, end), span, depth)) found.push(piece)
        done = at = end + 1
      } else at++
    }
    put(done, text.length)
    return found
  }

  #expand(written: string, call: Span, depth: number): readonly Piece[] {
    if (depth >= DEEPEST)
      throw new Problem('spl/macro', `macros inside macros, more than ${DEEPEST} deep`, call, 'does one call itself?')
    if (++this.#calls > MOST_CALLS)
      throw new Problem('spl/macro', `macros expand to more than ${MOST_CALLS} others`, call)
    const { name, args } = readCall(written)
    const key = args.length === 0 ? name : `${name}(${args.length})`
    const macro = this.#macros.get(key)
    if (!macro) throw this.#unknown(name, args.length, call)
    return this.pieces(filled(macro, args), call, depth + 1)
  }

  #unknown(name: string, args: number, call: Span): Problem {
    const others = [...this.#macros.keys()].filter((key) => key.replace(/\(\d+\)$/, '') === name)
    if (others.length > 0)
      return new Problem(
        'spl/macro',
        `the macro "${name}" with ${args} arguments is not known`,
        call,
        `known: ${others.join(', ')}`,
      )
    const hint = didYouMean(name, new Set([...this.#macros.keys()].map((key) => key.replace(/\(\d+\)$/, ''))))
    return new Problem('spl/unknown-macro', `the macro "${name}" is not known`, call, hint ?? 'give its definition')
  }

  #unclosed(what: string, mark: string, call: Span | null, at: number): Problem {
    return new Problem(
      'spl/syntax',
      `${what} that is not closed`,
      this.#span(call, at, at + mark.length),
      `close it with ${mark}`,
    )
  }

  #span(call: Span | null, start: number, end: number): Span {
    return call ?? { source: this.#source, start, end }
  }
}

/** The offset behind a text in double quotes, or the end of the text where it is not closed. */
export function afterQuoted(text: string, at: number): number {
  let end = at + 1
  while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1
  return Math.min(end + 1, text.length)
}

function closingTick(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '`') return at
    if (text[at] === '"') at = afterQuoted(text, at) - 1
  }
  return -1
}

function readCall(written: string): { readonly name: string; readonly args: readonly string[] } {
  const [, name = '', list] = /^\s*([^\s(]*)\s*(?:\(([\s\S]*)\))?\s*$/.exec(written) ?? [, written.trim()]
  if (list === undefined || list.trim() === '') return { name, args: [] }
  const args: string[] = []
  let start = 0
  let depth = 0
  for (let at = 0; at < list.length; at++) {
    const character = list[at]
    if (character === '"') at = afterQuoted(list, at) - 1
    else if (character === '(') depth++
    else if (character === ')') depth--
    else if (character === ',' && depth === 0) {
      args.push(list.slice(start, at))
      start = at + 1
    }
  }
  return { name, args: [...args, list.slice(start)].map(argument) }
}

/** An argument in double quotes is the text in them. */
function argument(written: string): string {
  const text = written.trim()
  const quoted = /^"((?:[^"\\]|\\[\s\S])*)"$/.exec(text)?.[1]
  return quoted === undefined ? text : quoted.replace(/\\(["\\])/g, '$1')
}

function filled(macro: Macro, args: readonly string[]): string {
  const values = new Map(macro.args.map((name, at) => [name, args[at] ?? '']))
  return macro.definition.replace(/\$([^$\s]+)\$/g, (whole, name: string) => values.get(name) ?? whole)
}
