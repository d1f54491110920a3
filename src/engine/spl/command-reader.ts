import type { Span } from '../../diagnostic/source.ts'
import { didYouMean } from '../../diagnostic/suggest.ts'
import { ExpressionCompiler } from './expression/compile.ts'
import { parseExpression } from './expression/parse.ts'
import type { Expression } from './expression/tree.ts'
import type { Evaluate } from './function/spec.ts'
import { Problem } from './problem.ts'
import type { Pipeline } from './pipeline.ts'
import type { Run } from './run.ts'
import { Scanner, type Word } from './scanner.ts'
import { matchSearch, type Match } from './search/match.ts'
import { parseSearch } from './search/parse.ts'
import type { Search } from './search/tree.ts'
import { subsearchText } from './subsearch.ts'
import { afterQuoted } from './text/expand.ts'
import { QueryText } from './text/query-text.ts'

/** What all commands of a query have in common while they are read. */
export interface QueryScope {
  /** Reads the pipeline in a subsearch, behind its bracket up to the one that closes it. */
  readonly pipeline: (scanner: Scanner, options: PipelineOptions) => Pipeline
  /** Is told that the raw text of events is looked at. */
  readonly raw: () => void
  /** Is told of `a.b` without quotes. */
  readonly joined: (start: number, end: number) => void
  /** See `PipelineOptions`. */
  readonly strict: boolean
}

export interface PipelineOptions {
  /** Whether it begins with a command that makes rows, rather than working on those that are there. */
  readonly generates: boolean
  /** Problems go to whoever reads it; else they are kept, and reading goes on with the next command. */
  readonly strict?: boolean
}

/** Reads the value of an option. */
export type OptionReader<T> = (reader: CommandReader, name: string) => T
export type OptionReaders = Readonly<Record<string, OptionReader<unknown>>>
export type Options<R extends OptionReaders> = { -readonly [K in keyof R]?: ReturnType<R[K]> }

/** Makes a search ready in a run. */
export type SearchMaker = (run: Run) => Match

/** Reads the arguments of one command. Failing is by `Problem`. */
export class CommandReader {
  readonly scanner: Scanner
  /** The name of the command, and its place. */
  readonly name: Word
  readonly scope: QueryScope
  /** Whether it is the first command of a search, where rows are made. */
  readonly first: boolean
  readonly #subsearches: { readonly pipeline: Pipeline; readonly start: number; readonly end: number }[] = []
  readonly #compiler: ExpressionCompiler

  constructor(scanner: Scanner, name: Word, scope: QueryScope, first = false) {
    this.scanner = scanner
    this.name = name
    this.scope = scope
    this.first = first
    this.#compiler = new ExpressionCompiler(
      scanner,
      (text, start, end) => this.#searchIn(text, start, end),
      (number) => this.#subsearchValue(number),
    )
  }

  /** An expression that a field can hold. */
  value(): Evaluate {
    return this.#compiler.value(this.expression())
  }

  condition(): Evaluate {
    return this.#compiler.condition(this.expression())
  }

  anything(): Evaluate {
    return this.#compiler.compile(this.expression())
  }

  /** A condition that stands in a text, such as `reset_before="(x>1)"`. */
  conditionIn({ text, start, end }: Word): Evaluate {
    return this.#parsedText(text, start, end, (scanner) =>
      new CommandReader(scanner, this.name, this.scope).condition(),
    )
  }

  expression(): Expression {
    return parseExpression(this.scanner, {
      subsearch: () => this.subsearch(true),
      joined: (start, end) => this.scope.joined(start, end),
    })
  }

  /** The search that the rest of the command is, or what stands before one of these words. */
  search(ends: readonly string[] = []): SearchMaker {
    return this.#searchMaker(this.#parsedSearch(this.scanner, ends))
  }

  /** The search in parentheses, which are next. */
  searchInParentheses(): SearchMaker {
    const { scanner } = this
    const start = scanner.at
    scanner.expect('(', `"${this.name.text}"`)
    const from = scanner.at
    for (let depth = 1; depth > 0;) {
      const mark = scanner.match(/[^()"]*([()"]|$)/y)?.[1]
      if (mark === '"') scanner.at = afterQuoted(scanner.text, scanner.at - 1)
      else if (mark === '(') depth++
      else if (mark === ')') depth--
      else scanner.fail('spl/syntax', 'parentheses that are not closed', start, start + 1)
    }
    return this.searchText(scanner.text.slice(from, scanner.at - 1), start, scanner.at)
  }

  /** A search that stands in a text; its problems lie at the place of that. */
  searchText(text: string, start: number, end: number): SearchMaker {
    return this.#searchMaker(this.#parsedText(text, start, end, (scanner) => this.#parsedSearch(scanner)))
  }

  /** Reads `[ … ]` and gives its number. */
  subsearch(generates: boolean): number {
    const { start, end, pipeline } = this.bracket(generates)
    this.#subsearches.push({ pipeline, start, end })
    return this.#subsearches.length - 1
  }

  /** Reads `[ … ]`. */
  bracket(generates: boolean): { readonly pipeline: Pipeline; readonly start: number; readonly end: number } {
    const { scanner } = this
    scanner.skipBlank()
    const start = scanner.at
    scanner.expect('[', `"${this.name.text}"`)
    const pipeline = this.scope.pipeline(scanner, { generates })
    scanner.expect(']', 'the subsearch')
    return { pipeline, start, end: scanner.at }
  }

  /** Reads an option of these if one is next; a word with `=` that is none of them is a problem. */
  option<R extends OptionReaders>(readers: R, into: Options<R>): boolean {
    const scanner: Scanner = this.scanner
    const word = scanner.peekWord()
    if (word?.quoted !== false || !this.#isOption(word)) return false
    const name = word.text.toLowerCase()
    const reader = Object.hasOwn(readers, name) ? readers[name] : undefined
    if (!reader) {
      const hint = didYouMean(name, Object.keys(readers))
      const message = `"${this.name.text}" has no option "${word.text}"`
      return scanner.fail('spl/unknown-option', message, word.start, word.end, hint)
    }
    scanner.at = word.end
    scanner.take('=')
    Object.assign(into, { [name]: reader(this, name) })
    return true
  }

  /** Whether a word has `=` behind it. */
  #isOption({ end }: Word): boolean {
    return /^\s*=(?!=)/.test(this.scanner.text.slice(end, end + 20))
  }

  /** Reads options as long as some follow. */
  options<R extends OptionReaders>(readers: R): Options<R> {
    const found: Options<R> = {}
    while (this.option(readers, found)) this.scanner.take(',')
    return found
  }

  /** Field names between commas or blanks, up to the end of the command or one of these words. */
  fieldList(ends: readonly string[] = []): readonly string[] {
    const { scanner } = this
    const found: string[] = []
    while (!scanner.isEnd()) {
      const word = scanner.peekWord()
      if (word?.quoted === false && (ends.includes(word.text.toLowerCase()) || this.#isOption(word))) break
      found.push(this.field())
      scanner.take(',')
    }
    return found
  }

  /** The fields behind `by`; none without it. */
  by(): readonly string[] {
    if (!this.scanner.takeKeyword('by')) return []
    const fields = this.fieldList()
    if (fields.length === 0) this.scanner.failHere('expected a field after "by"')
    return fields
  }

  field(): string {
    const word = this.scanner.word()
    return word ? this.fieldName(word) : this.scanner.failHere('expected a field')
  }

  /** Outside of expressions, names with blanks stand in double quotes. */
  fieldName(word: Word): string {
    if (!word.quoted && word.text.startsWith("'"))
      this.scanner.fail(
        'spl/syntax',
        'single quotes stand around fields in expressions only',
        word.start,
        word.end,
        'take them away, or use double quotes',
      )
    if (word.text === '_raw') this.scope.raw()
    return word.text
  }

  end(): void {
    if (!this.scanner.isEnd()) this.scanner.failHere(`expected the end of "${this.name.text}"`)
  }

  /** Of the name of the command. */
  place(): Span {
    return this.scanner.span(this.name.start, this.name.end)
  }

  /** For commands that make rows. */
  mustBeFirst(): void {
    if (!this.first) this.fail(`"${this.name.text}" makes rows, and stands first`, 'put it into a subsearch of append')
  }

  fail(message: string, hint?: string): never {
    this.scanner.fail('spl/argument', message, this.name.start, this.name.end, hint)
  }

  #parsedSearch(scanner: Scanner, ends: readonly string[] = []): Search {
    const subsearch = (at: Scanner): number =>
      at === this.scanner ? this.subsearch(true) : at.failHere('expected no subsearch in a text')
    return parseSearch(scanner, { subsearch, raw: this.scope.raw }, ends)
  }

  #searchMaker(search: Search): SearchMaker {
    return (run) => matchSearch(search, run, (number) => this.#subsearchSearch(number, run))
  }

  /** A search in a text of an expression. */
  #searchIn(text: string, start: number, end: number): Evaluate {
    const make = this.searchText(text, start, end)
    const made = new WeakMap<Run, Match>()
    return (fields, run) => {
      const match = made.get(run) ?? make(run)
      made.set(run, match)
      return match(fields)
    }
  }

  /** What a subsearch gives, as a search. */
  #subsearchSearch(number: number, run: Run): Search {
    return this.#subsearchResult(number, run, (scanner) => this.#parsedSearch(scanner)) ?? { kind: 'any', of: [] }
  }

  #subsearchValue(number: number): Evaluate {
    const made = new WeakMap<Run, Evaluate>()
    return (fields, run) => {
      let evaluate = made.get(run)
      if (evaluate === undefined) {
        const read = (scanner: Scanner): Evaluate => new CommandReader(scanner, this.name, this.scope).anything()
        evaluate = this.#subsearchResult(number, run, read) ?? ((): null => null)
        made.set(run, evaluate)
      }
      return evaluate(fields, run)
    }
  }

  #subsearchResult<T>(number: number, run: Run, read: (scanner: Scanner) => T): T | undefined {
    const subsearch = this.#subsearches[number]
    if (!subsearch) throw new Error(`no subsearch ${number}`)
    const { pipeline, start, end } = subsearch
    const place = this.scanner.span(start, end)
    const text = subsearchText(pipeline.run([], run), run, place)
    try {
      return this.#parsedText(text, start, end, read)
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem
      run.report.fail('spl/subsearch', `what the subsearch gives cannot be read: ${problem.message}`, place)
      return undefined
    }
  }

  /** Reads a text that is no part of the query; its problems lie at the place that it stands for. */
  #parsedText<T>(text: string, start: number, end: number, read: (scanner: Scanner) => T): T {
    const scanner = new Scanner(QueryText.standingFor(this.scanner.span(start, end), text))
    const found = read(scanner)
    scanner.skipBlank()
    if (scanner.at < text.length) scanner.failHere('expected the end')
    return found
  }
}
