import { didYouMean } from '../../diagnostic/suggest.ts'
import type { Span } from '../../diagnostic/source.ts'
import type { DataType } from './data-type.ts'
import { Refusal } from './refusal.ts'
import type { NamePattern } from './tree.ts'

export interface Column {
  readonly name: string
  readonly type: DataType
}

/** The columns at one place of a pipeline; a row has a cell for each, in this order. */
export class Columns {
  readonly all: readonly Column[]
  readonly #places: ReadonlyMap<string, number>

  constructor(all: readonly Column[]) {
    this.all = all
    this.#places = new Map(all.map(({ name }, place) => [name, place]))
  }

  has(name: string): boolean {
    return this.#places.has(name)
  }

  /** Place and type of a column. Throws `esql/unknown-column` when there is none. */
  find(name: string, span: Span): { readonly place: number; readonly type: DataType } {
    const place = this.#places.get(name)
    const column = place === undefined ? undefined : this.all[place]
    if (place === undefined || !column) throw new UnknownColumn(name, span, this.#places.keys())
    return { place, type: column.type }
  }

  /** Places of the columns that a pattern names, in the order of the columns. */
  matching({ text, expression, span }: NamePattern): readonly number[] {
    if (!expression) return [this.find(text, span).place]
    const places = this.all.flatMap(({ name }, place) => (expression.test(name) ? [place] : []))
    if (places.length === 0 && text !== '*')
      throw new Refusal('esql/unknown-column', `no column has a name such as "${text}"`, span)
    return places
  }
}

/** `esql/unknown-column`, with the closest of the names that were known. */
export class UnknownColumn extends Refusal {
  readonly column: string
  readonly span: Span

  constructor(column: string, span: Span, known: Iterable<string>) {
    super('esql/unknown-column', `unknown column "${column}"`, span, didYouMean(column, known))
    this.column = column
    this.span = span
  }
}
