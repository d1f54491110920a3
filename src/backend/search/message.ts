import type { Span } from '../../diagnostic/source.ts'
import type { ValueTest } from '../../ir/predicate.ts'
import { hasCase } from '../../ir/regex/case-fold.ts'
import { term } from '../condition-tree.ts'
import type { Condition } from './condition.ts'
import type { Scope } from './scope.ts'

/**
 * A keyword over the whole message: asked of every field at once, where all fields are known to be keywords, numbers,
 * addresses, times or booleans. Only keywords are searched as text, so the pattern must be one that no JSON text of the
 * others meets.
 */
export function emitMessage(test: ValueTest, span: Span | undefined, scope: Scope): Condition {
  const { dialect, mapping } = scope
  const refuse = (): Condition => {
    const hint = 'name the field that holds the text, or compile with a mapping that says where the message is'
    return scope.refuse('keywords over the whole message', span, hint)
  }
  if (dialect.anywhere === undefined || mapping.closed !== true) return refuse()
  if (test.is !== 'text') return scope.refuse('a keyword that is no text', span, 'name the field that holds the value')
  if (!test.pattern.some((part) => part.kind === 'text' && ONLY_IN_TEXTS.test(part.text))) {
    const hint = 'name the field that holds the value'
    return scope.refuse('a keyword that a number, an address or a time may hold', span, hint)
  }
  const said = dialect.text(test.pattern, test.cased || !hasCase(test.pattern))
  return said.value === undefined ? scope.refuse(said.unsaid, span, said.hint) : term(dialect.anywhere(said.value))
}

/** A character that stands in no number, address or time, nor in `true` or `false`. */
const ONLY_IN_TEXTS = /[^0-9a-flr-uz:.+-]/iu
