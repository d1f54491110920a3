import { literal } from '../../ir/pattern.ts'
import type { FieldName, ValueTest } from '../../ir/predicate.ts'
import { exactly, type Rewriting } from '../log-source.ts'

/** A field that is true or false, which the events say by the values of another. */
export function truth(name: FieldName, whenTrue: readonly string[], whenFalse: readonly string[]): Rewriting {
  return {
    kind: 'rewritten',
    asks: 'whether it is true or false',
    fields: [name],
    rewrite(test) {
      const wanted = truthOf(test)
      return wanted === undefined ? undefined : exactly(name, ...(wanted ? whenTrue : whenFalse))
    },
  }
}

function truthOf(test: ValueTest): boolean | undefined {
  if (test.is === 'boolean') return test.value
  const word = test.is === 'text' ? literal(test.pattern)?.toLowerCase() : undefined
  return word === 'true' ? true : word === 'false' ? false : undefined
}
