import type { Command, Expression } from './tree.ts'

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
    switch (command.kind) {
      case 'where':
        gather(command.condition, names)
        break
      case 'eval':
        for (const { of } of command.fields) gather(of, names)
        break
      case 'sort':
        for (const { of } of command.keys) gather(of, names)
        break
      case 'mv-expand':
        names.add(command.column.name)
        break
      case 'dissect':
        gather(command.of, names)
        break
      case 'rename':
        for (const { from } of command.renames) names.add(from.name)
        break
      case 'stats':
        for (const { of, where } of command.aggregations) {
          gather(of, names)
          if (where) gather(where, names)
        }
        for (const { of } of command.by) gather(of, names)
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
      case 'limit':
        break
    }
  }
  return { names, all: true }
}

function gather(of: Expression, names: Set<string>): void {
  switch (of.kind) {
    case 'column':
      names.add(of.name)
      break
    case 'call':
      for (const arg of of.args) gather(arg, names)
      break
    case 'and':
    case 'or':
      for (const part of of.of) gather(part, names)
      break
    case 'arithmetic':
    case 'comparison':
      gather(of.left, names)
      gather(of.right, names)
      break
    case 'in':
      gather(of.of, names)
      for (const item of of.among) gather(item, names)
      break
    case 'minus':
    case 'not':
    case 'null-test':
    case 'pattern':
    case 'cast':
      gather(of.of, names)
      break
    case 'literal':
    case 'time-span':
      break
  }
}
