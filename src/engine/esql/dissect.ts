import { bind, type Binding } from './binder.ts'
import { Refusal, typeRefusal } from './refusal.ts'
import { addColumns, type Table } from './table.ts'
import type { Command } from './tree.ts'
import { cell, each, type Value } from './value.ts'

type Dissect = Extract<Command, { kind: 'dissect' }>

/** A name to take, and the text behind it. */
interface Part {
  readonly name: string
  /** Named but not kept. */
  readonly skipped: boolean
  /** `+`: put behind what the name has already. */
  readonly appended: boolean
  /** `->`: what comes behind it may be repeated. */
  readonly padded: boolean
  readonly until: string
}

/** Cuts a text into columns at fixed delimiters; where it does not have the form, all of them are null. */
export function dissect(command: Dissect, table: Table, binding: Binding): Table {
  const of = bind(command.of, binding)
  if (of.type !== 'keyword' && of.type !== 'null')
    throw typeRefusal(`DISSECT takes a text, and this is ${of.type}`, of.span, 'TO_STRING makes a text of it')
  const { before, parts } = readPattern(command)
  const names = [...new Set(parts.filter((part) => !part.skipped).map((part) => part.name))]
  return addColumns(
    table,
    names.map((name) => ({ name, type: 'keyword' as const })),
    (row) => {
      const texts = each(of.evaluate(row)) as readonly string[]
      const found = texts.flatMap((text) => cut(text, before, parts, command.separator) ?? [])
      return names.map((name): Value => cell(found.flatMap((one) => one.get(name) ?? [])))
    },
  )
}

function readPattern(command: Dissect): { readonly before: string; readonly parts: readonly Part[] } {
  const pieces = command.pattern.split(/%\{([^}]*)\}/)
  const parts: Part[] = []
  for (let at = 1; at < pieces.length; at += 2) {
    const written = /^([+?]?)([^+?&*/]*?)(->)?$/.exec(pieces[at] ?? '')
    if (!written)
      throw new Refusal(
        'esql/unsupported',
        `the key "%{${pieces[at] ?? ''}}" of DISSECT cannot be run offline`,
        command.span,
      )
    const [, sign = '', name = '', padding] = written
    parts.push({
      name,
      skipped: sign === '?' || name === '',
      appended: sign === '+',
      padded: padding !== undefined,
      until: pieces[at + 1] ?? '',
    })
  }
  if (parts.length === 0)
    throw new Refusal('esql/syntax', 'a DISSECT pattern names what to take as %{name}', command.span)
  return { before: pieces[0] ?? '', parts }
}

function cut(
  text: string,
  before: string,
  parts: readonly Part[],
  separator: string,
): ReadonlyMap<string, string> | undefined {
  if (!text.startsWith(before)) return undefined
  const found = new Map<string, string>()
  let at = before.length
  for (const part of parts) {
    const end = part.until === '' ? text.length : text.indexOf(part.until, at)
    if (end === -1) return undefined
    const value = text.slice(at, end)
    at = end + part.until.length
    while (part.padded && part.until !== '' && text.startsWith(part.until, at)) at += part.until.length
    const known = found.get(part.name)
    if (!part.skipped) found.set(part.name, part.appended && known !== undefined ? known + separator + value : value)
  }
  return found
}
