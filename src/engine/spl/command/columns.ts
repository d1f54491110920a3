import type { Command } from '../command.ts'
import type { CommandReader } from '../command-reader.ts'
import type { Row } from '../row.ts'
import { nameTest, starsOf } from '../wildcard.ts'

/** `fields`: keeps fields, with `-` takes some away. `_time` and `_raw` stay unless they are named. */
export const fields: Command = {
  kind: 'streaming',
  read: (reader) => {
    const without = sign(reader)
    const names = fieldNames(reader)
    const test = nameTest(names)
    if (without)
      return (rows) => {
        for (const row of rows) for (const name of row.names()) if (test(name)) row.set(name, null)
        return rows
      }
    const wild = names.some((name) => name.includes('*'))
    return (rows) =>
      rows.map((row) => {
        if (!wild) return row.only(['_time', '_raw', ...names].filter((name) => isListed(row, name, names)))
        return row.only(row.names().filter((name) => name === '_time' || name === '_raw' || test(name)))
      })
  },
}

/** The raw text is kept where it was listed before, or asked for. */
function isListed(row: Row, name: string, names: readonly string[]): boolean {
  return name !== '_raw' || names.includes('_raw') || row.listsRaw
}

function sign({ scanner }: CommandReader): boolean {
  if (/^[-+]\s/.test(scanner.text.slice(scanner.at).trimStart())) {
    const without = scanner.peek() === '-'
    scanner.at++
    return without
  }
  // A sign may also touch the first name.
  if (scanner.peek() === '-') return scanner.take('-')
  scanner.take('+')
  return false
}

function fieldNames(reader: CommandReader): readonly string[] {
  const names = reader.fieldList()
  if (names.length === 0) reader.scanner.failHere(`expected a field after "${reader.name.text}"`)
  return names
}

/** `table`: rows of these fields alone, in this order. */
export const table: Command = {
  kind: 'whole',
  read: (reader) => {
    const names = fieldNames(reader)
    return (rows) =>
      rows.map((row) => {
        const known = names.some((name) => name.includes('*')) ? row.names() : []
        return row.only(names.flatMap((name) => (name.includes('*') ? known.filter(nameTest([name])) : [name])))
      })
  },
}

/** `rename a AS b, c* AS d*`: stars stand for the same on both sides. A field that had the new name goes. */
export const rename: Command = {
  kind: 'streaming',
  read: (reader) => {
    const { scanner } = reader
    const pairs: { readonly from: string; readonly to: string }[] = []
    do {
      const word = scanner.word()
      const from = word ? reader.fieldName(word) : scanner.failHere('expected a field')
      if (!scanner.takeKeyword('as')) scanner.failHere(`expected "AS" after ${from}`)
      const target = scanner.word() ?? scanner.failHere('expected a name after "AS"')
      if (from.split('*').length !== target.text.split('*').length)
        scanner.fail('spl/argument', 'both names need as many stars', target.start, target.end)
      pairs.push({ from, to: target.text })
      scanner.take(',')
    } while (!scanner.isEnd())
    return (rows) => {
      for (const row of rows) for (const { from, to } of pairs) renameIn(row, from, to)
      return rows
    }
  },
}

function renameIn(row: Row, from: string, to: string): void {
  if (!from.includes('*')) return move(row, from, to)
  for (const name of row.names()) {
    const stars = nameTest([from])(name) ? starsOf(from, name) : undefined
    if (!stars) continue
    let at = 0
    move(
      row,
      name,
      to.replace(/\*/g, () => stars[at++] ?? ''),
    )
  }
}

function move(row: Row, from: string, to: string): void {
  if (from === to) return
  const value = row.get(from)
  row.set(from, null)
  row.set(to, value)
}
