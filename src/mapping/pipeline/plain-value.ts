import type { Node } from '../../diagnostic/yaml.ts'
import type { Pattern } from '../../ir/pattern.ts'
import type { ValueTest } from '../../ir/predicate.ts'
import { parseTextValue } from '../../ir/written-pattern.ts'

/** A scalar of YAML. */
export type Plain = string | number | boolean | null

/** The value of a scalar; undefined for anything else. */
export function plainOf(node: Node | undefined): Plain | undefined {
  return node?.kind === 'scalar' ? node.value : undefined
}

/** A pattern as pipelines see it: wildcards as `*` and `?`, plain ones behind a backslash, any other backslash itself. */
export function plainText(of: Pattern): string {
  return of
    .map((part) => {
      if (part.kind === 'any') return '*'
      return part.kind === 'one' ? '?' : part.text.replace(/[*?]/g, '\\$&')
    })
    .join('')
}

export function samePattern(a: Pattern, b: Pattern): boolean {
  return (
    a.length === b.length &&
    a.every((part, place) => {
      const other = b[place]
      return part.kind === other?.kind && (part.kind !== 'text' || (other.kind === 'text' && part.text === other.text))
    })
  )
}

/** The test of a value, as a rule would write it in that place. */
export function testOf(value: Plain, place: (pattern: Pattern) => Pattern): ValueTest {
  if (value === null) return { is: 'null' }
  if (typeof value === 'string') return { is: 'text', pattern: place(parseTextValue(value)), cased: false }
  return typeof value === 'number' ? { is: 'number', value } : { is: 'boolean', value }
}
