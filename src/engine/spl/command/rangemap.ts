import type { Command } from '../command.ts'
import { numberOf, storedOf } from '../value.ts'

/** `rangemap field=… name=a-b … [default=name]`: the names of the ranges that a number lies in, as `range`. */
export const rangemap: Command = {
  kind: 'streaming',
  read: (reader) => {
    const { scanner } = reader
    let field: string | undefined
    let other = 'None'
    const ranges: { readonly name: string; readonly from: number; readonly to: number }[] = []
    while (!scanner.isEnd()) {
      const name = scanner.word() ?? scanner.failHere('expected a name')
      scanner.expect('=', name.text)
      const value = scanner.word() ?? scanner.failHere('expected a value')
      const [, from, to] = /^(-?[\d.]+)-(-?[\d.]+)$/.exec(value.text) ?? []
      if (name.text === 'field') field = value.text
      else if (name.text === 'default') other = value.text
      else if (from === undefined)
        scanner.fail('spl/argument', `"${value.text}" is no range`, value.start, value.end, 'write 0-30')
      else ranges.push({ name: name.text, from: Number(from), to: Number(to) })
    }
    if (field === undefined) return reader.fail('"rangemap" needs a field', 'write field=count')
    const name = field
    return (rows) => {
      for (const row of rows) {
        const value = numberOf(row.get(name))
        const found = ranges.filter(({ from, to }) => value !== undefined && value >= from && value <= to)
        row.set('range', storedOf(found.length === 0 ? [other] : found.map((each) => each.name)))
      }
      return rows
    }
  },
}
