import type { Source } from '../../diagnostic/source.ts'
import { didYouMean } from '../../diagnostic/suggest.ts'
import { ExpressionParser } from './expression-parser.ts'
import { Refusal, unsupported } from './refusal.ts'
import { Scanner } from './scanner.ts'
import type { Aggregation, Command, NamedExpression, NamePattern, NamePlace, SortKey } from './tree.ts'

/** Commands of the language that are not run here. */
const ELSEWHERE: ReadonlySet<string> = new Set(
  'grok enrich lookup show explain change_point sample inlinestats fork rerank completion'.split(' '),
)

/** A query as its commands in order. Throws a `Refusal` at the first mistake. */
export function parseQuery(source: Source): readonly Command[] {
  const parser = new CommandParser(new Scanner(source))
  return parser.commands()
}

class CommandParser {
  readonly #scanner: Scanner
  readonly #expressions: ExpressionParser

  constructor(scanner: Scanner) {
    this.#scanner = scanner
    this.#expressions = new ExpressionParser(scanner)
  }

  commands(): readonly Command[] {
    const commands = [this.#command(SOURCES)]
    while (this.#scanner.takeSymbol('|')) commands.push(this.#command(PROCESSORS))
    if (this.#scanner.peek().kind !== 'end') throw this.#scanner.unexpected('"|" or the end of the query')
    return commands
  }

  #command(known: ReadonlyMap<string, CommandParse>): Command {
    const word = this.#scanner.peek()
    if (word.kind !== 'name') throw this.#scanner.unexpected('a command')
    const name = word.text.toLowerCase()
    const parse = known.get(name)
    if (!parse) throw this.#unknown(name, known)
    this.#scanner.take()
    return parse(this.#scanner, this.#expressions, word.start)
  }

  #unknown(name: string, known: ReadonlyMap<string, CommandParse>): Refusal {
    const span = this.#scanner.spanOf(this.#scanner.peek())
    if (ELSEWHERE.has(name)) return unsupported(`the command ${name.toUpperCase()}`, span)
    const other = known === SOURCES ? PROCESSORS : SOURCES
    if (other.has(name)) {
      const where = other === SOURCES ? 'stands only at the beginning' : 'cannot stand at the beginning'
      return new Refusal('esql/syntax', `${name.toUpperCase()} ${where}`, span, 'a query begins with FROM or ROW')
    }
    return new Refusal('esql/unknown-command', `unknown command "${name}"`, span, didYouMean(name, known.keys()))
  }
}

type CommandParse = (scanner: Scanner, expressions: ExpressionParser, start: number) => Command

const SOURCES: ReadonlyMap<string, CommandParse> = new Map<string, CommandParse>([
  ['from', from],
  [
    'row',
    (scanner, expressions, start) => ({
      kind: 'row',
      fields: fields(scanner, expressions),
      span: scanner.spanFrom(start),
    }),
  ],
])

const PROCESSORS: ReadonlyMap<string, CommandParse> = new Map<string, CommandParse>([
  [
    'where',
    (scanner, expressions, start) => ({
      kind: 'where',
      condition: expressions.expression(),
      span: scanner.spanFrom(start),
    }),
  ],
  [
    'eval',
    (scanner, expressions, start) => ({
      kind: 'eval',
      fields: fields(scanner, expressions),
      span: scanner.spanFrom(start),
    }),
  ],
  ['stats', stats],
  ['sort', sort],
  ['limit', limit],
  ['keep', (scanner, _, start) => ({ kind: 'keep', patterns: namePatterns(scanner), span: scanner.spanFrom(start) })],
  ['drop', (scanner, _, start) => ({ kind: 'drop', patterns: namePatterns(scanner), span: scanner.spanFrom(start) })],
  ['rename', rename],
  [
    'mv_expand',
    (scanner, expressions, start) => ({
      kind: 'mv-expand',
      column: place(scanner, expressions),
      span: scanner.spanFrom(start),
    }),
  ],
  ['dissect', dissect],
])

/** The events are those that were given, whatever index is named. */
function from(scanner: Scanner, expressions: ExpressionParser, start: number): Command {
  do {
    if (scanner.index() !== undefined) continue
    if (scanner.peek().kind !== 'string') throw scanner.unexpected('the name of an index')
    scanner.take()
  } while (scanner.takeSymbol(','))
  const metadata: NamePlace[] = []
  const bracketed = scanner.takeSymbol('[')
  if (bracketed ? scanner.expectWord('metadata') : scanner.takeWord('metadata')) {
    do metadata.push(place(scanner, expressions))
    while (scanner.takeSymbol(','))
  }
  if (bracketed) scanner.expectSymbol(']')
  return { kind: 'from', metadata, span: scanner.spanFrom(start) }
}

function stats(scanner: Scanner, expressions: ExpressionParser, start: number): Command {
  const aggregations: Aggregation[] = []
  if (!scanner.isWord('by')) {
    do {
      const field = named(scanner, expressions)
      const where = scanner.takeWord('where') ? expressions.expression() : undefined
      aggregations.push({ ...field, where })
    } while (scanner.takeSymbol(','))
  }
  const by = scanner.takeWord('by') ? fields(scanner, expressions) : []
  return { kind: 'stats', aggregations, by, span: scanner.spanFrom(start) }
}

function sort(scanner: Scanner, expressions: ExpressionParser, start: number): Command {
  const keys: SortKey[] = []
  do {
    const of = expressions.expression()
    const descending = scanner.takeWord('desc')
    if (!descending) scanner.takeWord('asc')
    let nullsFirst = descending
    if (scanner.takeWord('nulls')) {
      nullsFirst = scanner.isWord('first')
      if (!nullsFirst && !scanner.isWord('last')) throw scanner.unexpected('FIRST or LAST')
      scanner.take()
    }
    keys.push({ of, descending, nullsFirst })
  } while (scanner.takeSymbol(','))
  return { kind: 'sort', keys, span: scanner.spanFrom(start) }
}

function limit(scanner: Scanner, _: ExpressionParser, start: number): Command {
  if (scanner.peek().kind !== 'integer') throw scanner.unexpected('a number of rows')
  return { kind: 'limit', count: Number(scanner.take().text), span: scanner.spanFrom(start) }
}

function rename(scanner: Scanner, expressions: ExpressionParser, start: number): Command {
  const renames: { from: NamePlace; to: NamePlace }[] = []
  do {
    const one = place(scanner, expressions)
    const assigned = scanner.takeSymbol('=')
    if (!assigned) scanner.expectWord('as')
    const other = place(scanner, expressions)
    renames.push(assigned ? { from: other, to: one } : { from: one, to: other })
  } while (scanner.takeSymbol(','))
  return { kind: 'rename', renames, span: scanner.spanFrom(start) }
}

function dissect(scanner: Scanner, expressions: ExpressionParser, start: number): Command {
  const of = expressions.expression()
  if (scanner.peek().kind !== 'string') throw scanner.unexpected('a pattern in double quotes')
  const pattern = scanner.take().text
  let separator = ''
  if (scanner.takeWord('append_separator')) {
    scanner.expectSymbol('=')
    if (scanner.peek().kind !== 'string') throw scanner.unexpected('a text in double quotes')
    separator = scanner.take().text
  }
  return { kind: 'dissect', of, pattern, separator, span: scanner.spanFrom(start) }
}

function fields(scanner: Scanner, expressions: ExpressionParser): readonly NamedExpression[] {
  const found = [named(scanner, expressions)]
  while (scanner.takeSymbol(',')) found.push(named(scanner, expressions))
  return found
}

/** `name = expression`, or an expression, which is named by its own text. */
function named(scanner: Scanner, expressions: ExpressionParser): NamedExpression {
  const name = expressions.assignedName()
  const of = expressions.expression()
  const { source, start, end } = of.span
  return { name: name ?? (of.kind === 'column' ? of.name : source.text.slice(start, end)), of }
}

function place(scanner: Scanner, expressions: ExpressionParser): NamePlace {
  const { name, start } = expressions.name()
  return { name, span: scanner.spanFrom(start) }
}

function namePatterns(scanner: Scanner): readonly NamePattern[] {
  const patterns = [namePattern(scanner)]
  while (scanner.takeSymbol(',')) patterns.push(namePattern(scanner))
  return patterns
}

function namePattern(scanner: Scanner): NamePattern {
  let text = ''
  let expression = ''
  let open = false
  let start: number | undefined
  do {
    const plain = scanner.pattern()
    const quoted = plain === undefined && scanner.peek().kind === 'quoted' ? scanner.take() : undefined
    const part = plain ?? quoted
    if (part === undefined) throw scanner.unexpected('a name')
    const before = start === undefined ? '' : '.'
    start ??= part.start
    text += before + part.text
    open ||= plain?.text.includes('*') === true
    expression +=
      escaped(before) + (plain === undefined ? escaped(part.text) : escaped(plain.text).replaceAll('\\*', '.*'))
  } while (scanner.takeSymbol('.'))
  return { text, expression: open ? new RegExp(`^${expression}$`, 's') : undefined, span: scanner.spanFrom(start) }
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}
