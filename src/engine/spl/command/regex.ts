import type { RE2JS } from 're2js'
import type { Command } from '../command.ts'
import type { CommandReader } from '../command-reader.ts'
import { field, oneOf, whole } from '../option.ts'
import { regexComplaint } from '../function/regex-argument.ts'
import { compileRegex, replacementOf } from '../regex.ts'
import type { Row } from '../row.ts'
import type { Word } from '../scanner.ts'
import { singlesOf, storedOf, type Single } from '../value.ts'

/** `regex field="…"`, `regex field!="…"`: rows of which a value has a match; of `_raw` unless a field is named. */
export const regex: Command = {
  kind: 'streaming',
  read: (reader) => {
    const { scanner } = reader
    let name = '_raw'
    let wanted = true
    if (scanner.peek() !== '"') {
      name = reader.field().replace(/!$/, '')
      wanted = scanner.text[scanner.at - 1] !== '!' && !scanner.take('!')
      scanner.expect('=', name)
    } else reader.scope.raw()
    const run = readRegex(reader, quotedText(reader))
    return (rows) => rows.filter((row) => matches(run, row, name) === wanted)
  },
}

function matches(regex: RE2JS, row: Row, name: string): boolean {
  return singlesOf(row.get(name)).some((each) => regex.test(String(each)))
}

function quotedText(reader: CommandReader): Word {
  if (reader.scanner.peek() !== '"') reader.scanner.failHere('expected a regular expression in double quotes')
  return reader.scanner.quoted()
}

function readRegex(reader: CommandReader, { text, start, end }: Word, source = text, skipped = 0): RE2JS {
  const found = compileRegex(source)
  if ('run' in found) return found.run
  const { code, message, hint, offset } = regexComplaint(found)
  const at = Math.min(start + 1 + skipped + offset, end - 1)
  return reader.scanner.fail(code, message, at, end, hint)
}

const OPTIONS = { field, max_match: whole, offset_field: field, mode: oneOf('sed') }

/**
 * `rex`: named groups of an expression become fields, of `_raw` unless a field is named. With `max_match` above 1, or 0
 * for no limit, a group has a value for each match. `mode=sed` replaces (`s/…/…/g`) or transliterates (`y/…/…/`).
 */
export const rex: Command = {
  kind: 'streaming',
  read: (reader) => {
    const options = reader.options(OPTIONS)
    const written = quotedText(reader)
    while (reader.option(OPTIONS, options));
    const name = options.field ?? '_raw'
    if (name === '_raw') reader.scope.raw()
    if (options.mode === 'sed') {
      const change = sed(reader, written)
      return (rows) => {
        for (const row of rows) row.set(name, storedOf(singlesOf(row.get(name)).map((each) => change(String(each)))))
        return rows
      }
    }
    const run = readRegex(reader, written)
    const groups = Object.keys(run.namedGroups())
    if (groups.length === 0)
      reader.scanner.fail(
        'spl/regex',
        'an expression without a named group',
        written.start,
        written.end,
        'write (?<name>…)',
      )
    const most = options.max_match ?? 1
    return (rows) => {
      for (const row of rows) extract(run, groups, row, name, most, options.offset_field)
      return rows
    }
  },
}

function extract(
  regex: RE2JS,
  groups: readonly string[],
  row: Row,
  name: string,
  most: number,
  offsets: string | undefined,
): void {
  const found = new Map<string, Single[]>()
  const places: string[] = []
  let count = 0
  for (const value of singlesOf(row.get(name))) {
    const matcher = regex.matcher(String(value))
    while ((most === 0 || count < most) && matcher.find()) {
      count++
      for (const group of groups) {
        const text = matcher.group(group)
        if (text === null) continue
        const known = found.get(group)
        if (known) known.push(text)
        else found.set(group, [text])
        places.push(`${group}=${matcher.start(group)}-${matcher.end(group) - 1}`)
      }
    }
  }
  for (const [group, values] of found) row.set(group, storedOf(values))
  if (offsets !== undefined && places.length > 0) row.set(offsets, places.join('&'))
}

function sed(reader: CommandReader, written: Word): (text: string) => string {
  const { text, start, end } = written
  const [, command, mark = '/'] = /^\s*([sy])(.)/.exec(text) ?? []
  const parts = command === undefined ? [] : splitAt(text.trimStart().slice(2), mark)
  const [from, to, flags = ''] = parts
  if (
    command === undefined ||
    from === undefined ||
    to === undefined ||
    parts.length !== 3 ||
    !/^(g|\d+)?\s*$/.test(flags)
  )
    return reader.scanner.fail('spl/argument', 'expected s/…/…/ or y/…/…/', start, end, 'write s/regex/replacement/g')
  if (command === 'y') return transliteration(from, to)
  const regex = readRegex(reader, written, from, 2)
  const replacement = replacementOf(to.replace(/\\(\D)/g, '$1'))
  if (flags.startsWith('g')) return (value) => regex.matcher(value).replaceAll(replacement)
  const nth = Number(flags === '' ? 1 : flags)
  if (nth === 1) return (value) => regex.matcher(value).replaceFirst(replacement)
  return (value) => {
    const matcher = regex.matcher(value)
    for (let seen = 1; matcher.find(); seen++)
      if (seen === nth) {
        const [at, to] = [matcher.start(), matcher.end()]
        return value.slice(0, at) + regex.matcher(value.slice(at, to)).replaceFirst(replacement) + value.slice(to)
      }
    return value
  }
}

function splitAt(text: string, mark: string): readonly string[] {
  const parts = ['']
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? ''
    if (character === '\\' && text[at + 1] === mark) parts.push((parts.pop() ?? '') + (text[++at] ?? ''))
    else if (character === '\\') parts.push((parts.pop() ?? '') + text.slice(at, ++at + 1))
    else if (character === mark) parts.push('')
    else parts.push((parts.pop() ?? '') + character)
  }
  return parts
}

function transliteration(from: string, to: string): (text: string) => string {
  const letters = new Map(Array.from(from, (letter, at) => [letter, Array.from(to)[at] ?? letter]))
  return (text) => Array.from(text, (letter) => letters.get(letter) ?? letter).join('')
}
