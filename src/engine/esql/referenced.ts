import { expressionsOf, partsOf, type Command, type Expression } from './tree.ts'

/** What a query asks of its source, as far as its text tells. */
export interface Referenced {
  /** Names that are used before the first STATS, or before a KEEP of whole names. */
  readonly names: ReadonlySet<string>
  /** Every field of the source may go on to the result. */
  readonly all: boolean
}

export function referencedColumns(commands: readonly Command[]): Referenced {
  const names = new Set<string>()
  for (const command of commands) {
    for (const of of expressionsOf(command)) gather(of, names)
    switch (command.kind) {
      case 'mv-expand':
        names.add(command.column.name)
        break
      case 'rename':
        for (const { from } of command.renames) names.add(from.name)
        break
      case 'stats':
        return { names, all: false }
      case 'keep':
        if (command.patterns.some(({ expression }) => expression)) return { names, all: true }
        for (const { text } of command.patterns) names.add(text)
        return { names, all: false }
      case 'drop':
        if (command.patterns.some(({ expression }) => expression)) return { names, all: true }
        for (const { text } of command.patterns) names.add(text)
        break
      case 'from':
      case 'row':
      case 'where':
      case 'eval':
      case 'sort':
      case 'dissect':
      case 'limit':
        break
    }
  }
  return { names, all: true }
}

function gather(of: Expression, names: Set<string>): void {
  if (of.kind === 'column') names.add(of.name)
  for (const part of partsOf(of)) gather(part, names)
}
