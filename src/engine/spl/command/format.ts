import type { Command } from '../command.ts'

/** `fieldformat name=expression`: how a field looks, which changes nothing of what it holds. */
export const fieldformat: Command = {
  kind: 'streaming',
  read: (reader) => {
    const { scanner } = reader
    const name = scanner.match(/\s*(?:'[^']*'|[^\s=,()|[\]"']+)/y)
    if (!name) scanner.failHere('expected the name of a field')
    scanner.expect('=', 'the field')
    reader.value()
    return (rows) => rows
  },
}
