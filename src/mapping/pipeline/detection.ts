import type { Span } from '../../diagnostic/source.ts'
import { any, pattern, type Pattern } from '../../ir/pattern.ts'
import {
  all,
  anyOf,
  field,
  message,
  not,
  type FieldName,
  type Predicate,
  type Test,
  type ValueTest,
} from '../../ir/predicate.ts'

/** A condition as its items: what pipelines work on. */
export type Detection =
  | { readonly kind: 'all' | 'any'; readonly of: readonly Detection[] }
  | { readonly kind: 'not'; readonly of: Detection }
  | Item
  /** What no item says; no pipeline changes it. */
  | { readonly kind: 'fixed'; readonly of: Predicate }
  /** An item that was taken out. What stands around it holds without it. */
  | { readonly kind: 'dropped' }

/** A field of a selection with its values. */
export interface Item {
  readonly kind: 'item'
  /** Null: keywords. */
  readonly field: FieldName | null
  readonly values: readonly Value[]
  readonly linked: 'all' | 'any'
  /** Ids of the processing items that changed it. */
  readonly applied: ReadonlySet<string>
  readonly span: Span
}

/** One value of the rule: modifiers may have made several tests of it, any of which will do. */
export interface Value {
  readonly tests: readonly ValueTest[]
  readonly span: Span
}

export const dropped: Detection = { kind: 'dropped' }

const NONE: ReadonlySet<string> = new Set()

/** Finds the items in a predicate again: tests of one item stand side by side in it. */
export function toDetection(of: Predicate): Detection {
  const item = itemOf(of)
  if (item !== undefined) return single(of, item)
  switch (of.op) {
    case 'test':
      return { kind: 'fixed', of }
    case 'not':
      return { kind: 'not', of: toDetection(of.of) }
    case 'all':
    case 'any':
      return { kind: of.op, of: runs(of.of, of.op) }
  }
}

/** The predicate again; undefined when everything was taken out. */
export function toPredicate(of: Detection): Predicate | undefined {
  switch (of.kind) {
    case 'fixed':
      return of.of
    case 'dropped':
      return undefined
    case 'not': {
      const inner = toPredicate(of.of)
      return inner && not(inner)
    }
    case 'all':
    case 'any': {
      const kept = of.of.map(toPredicate).filter((each) => each !== undefined)
      if (kept.length === 0 && of.of.length > 0) return undefined
      return of.kind === 'all' ? all(...kept) : anyOf(...kept)
    }
    case 'item': {
      const values = of.values.map(({ tests, span }) =>
        anyOf(
          ...tests.map((test) =>
            of.field === null ? message(test, span, of.span) : field(of.field, test, span, of.span),
          ),
        ),
      )
      return of.linked === 'all' ? all(...values) : anyOf(...values)
    }
  }
}

/** Every item, one after another, replaced by what a function makes of it. */
export function mapItems(of: Detection, change: (item: Item) => Detection): Detection {
  switch (of.kind) {
    case 'item':
      return change(of)
    case 'not':
      return { kind: 'not', of: mapItems(of.of, change) }
    case 'all':
    case 'any':
      return { kind: of.kind, of: of.of.map((each) => mapItems(each, change)) }
    case 'fixed':
    case 'dropped':
      return of
  }
}

export function someItem(of: Detection, wanted: (item: Item) => boolean): boolean {
  switch (of.kind) {
    case 'item':
      return wanted(of)
    case 'not':
      return someItem(of.of, wanted)
    case 'all':
    case 'any':
      return of.of.some((each) => someItem(each, wanted))
    case 'fixed':
    case 'dropped':
      return false
  }
}

/** Marks all items as changed by a processing item. */
export function marked(of: Detection, id: string | null): Detection {
  return id === null ? of : mapItems(of, (item) => ({ ...item, applied: new Set([...item.applied, id]) }))
}

/** A keyword without the `*` on both its sides, as rules write it. */
export function writtenPattern(item: Item, of: Pattern): Pattern {
  const ends = of.length > 1 && of[0]?.kind === 'any' && of.at(-1)?.kind === 'any'
  return item.field === null && ends ? of.slice(1, -1) : of
}

/** The opposite: keywords are found anywhere in the message. */
export function placedPattern(name: FieldName | null, of: Pattern): Pattern {
  return name === null ? pattern(any, ...of, any) : of
}

function itemOf(of: Predicate): Span | undefined {
  if (of.op === 'test') return of.item
  if (of.op === 'not') return undefined
  const [first, ...others] = of.of
  const item = first && itemOf(first)
  return item !== undefined && others.every((each) => itemOf(each) === item) ? item : undefined
}

function runs(of: readonly Predicate[], op: 'all' | 'any'): readonly Detection[] {
  const found: Detection[] = []
  for (let at = 0; at < of.length;) {
    const first = of[at]
    if (first === undefined) break
    const item = itemOf(first)
    let end = at + 1
    if (item !== undefined) while (end < of.length && sameItem(of[end], item)) end++
    const run = of.slice(at, end)
    if (item === undefined) found.push(toDetection(first))
    else if (run.length > 1 && run.every((each) => isValue(each, op))) found.push(several(run, op, item))
    else found.push(...run.map((each) => single(each, item)))
    at = end
  }
  return found
}

function sameItem(of: Predicate | undefined, item: Span): boolean {
  return of !== undefined && itemOf(of) === item
}

/** Whether it is what became of one value; else it is a whole item, which the condition names again. */
function isValue(of: Predicate, op: 'all' | 'any'): boolean {
  return of.op === 'test' || (op === 'all' && of.op === 'any' && valuesOf(of.of).length === 1)
}

function single(of: Predicate, item: Span): Detection {
  if (of.op === 'all' || of.op === 'any') return several(of.of, of.op, item)
  return several([of], 'any', item)
}

function several(of: readonly Predicate[], linked: 'all' | 'any', item: Span): Detection {
  const values = linked === 'any' ? valuesOf(of) : of.flatMap((each) => valuesOf([each]))
  const [test] = testsIn(of)
  const name = test?.subject.kind === 'field' ? test.subject.name : null
  return { kind: 'item', field: name, values, linked, applied: NONE, span: item }
}

function testsIn(of: readonly Predicate[]): readonly Test[] {
  return of.flatMap((each) => (each.op === 'test' ? [each] : each.op === 'not' ? [] : testsIn(each.of)))
}

/** Tests that stand side by side and come from the same place are one value. */
function valuesOf(of: readonly Predicate[]): readonly Value[] {
  const values: { tests: ValueTest[]; span: Span }[] = []
  for (const { test, span, item } of testsIn(of)) {
    const last = values.at(-1)
    if (last && last.span === span) last.tests.push(test)
    else if (span ?? item) values.push({ tests: [test], span: (span ?? item) as Span })
  }
  return values
}
