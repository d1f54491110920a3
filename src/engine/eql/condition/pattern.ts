import type { Span } from '../../../diagnostic/source.ts'
import { isText, testOf, typeTitle, unknown, type Operand } from '../operand.ts'
import { Problem } from '../problem.ts'
import { TooComplex } from '../regex/derivative.ts'
import { compileRegex } from '../regex/regex.ts'
import type { Scope } from '../scope.ts'
import type { Literal } from '../syntax/tree.ts'
import { fold, foldsTo, type Folding } from '../value/text.ts'
import { isWildcard, wildcard } from '../value/wildcard.ts'

type Test = (text: string) => boolean

/** `:`, `like`, `like~`, `regex`, `regex~`: true of a text that has one of the forms. */
export function patternMatch(
  of: Operand,
  operator: ':' | 'like' | 'regex',
  folds: boolean,
  patterns: readonly Literal[],
  span: Span,
  scope: Scope,
): Operand {
  const name = operator === ':' || !folds ? operator : `${operator}~`
  if (of.type === 'unknown') return of
  if (!isText(of.type) && of.type !== 'null') {
    scope.tell(
      'eql/type-mismatch',
      `"${name}" takes a text, and this is ${typeTitle(of.type)}`,
      of.span,
      of.type === 'ip' ? 'write == or cidrMatch(…)' : 'write ==, or string(…) around it',
    )
    return unknown(span)
  }
  const folding = folds ? (of.field ? 'ascii' : 'unicode') : null
  const tests: Test[] = []
  for (const pattern of patterns) {
    if (typeof pattern.value !== 'string') {
      scope.tell(
        'eql/type-mismatch',
        `"${name}" compares with a text`,
        pattern.span,
        operator === ':' ? 'write ==' : 'write it in double quotes',
      )
      continue
    }
    const test =
      operator === 'regex' ? regexTest(pattern.value, folds, pattern.span, scope) : likeTest(pattern.value, folding)
    if (test) tests.push(test)
  }
  if (tests.length < patterns.length) return unknown(span)
  const [only] = tests
  if (tests.length === 1 && only) return testOf(of, (value) => only(String(value)), span)
  return testOf(of, (value) => tests.some((test) => test(String(value))), span)
}

function likeTest(pattern: string, folding: Folding | null): Test {
  const wanted = folding === null ? pattern : fold(pattern, folding)
  if (!isWildcard(pattern))
    return folding === null ? (text) => text === wanted : (text) => foldsTo(text, wanted, folding)
  const matches = wildcard(wanted)
  return folding === null ? matches : (text) => matches(fold(text, folding))
}

function regexTest(expression: string, folds: boolean, span: Span, scope: Scope): Test | undefined {
  const compiled = compileRegex(expression, folds)
  if ('problem' in compiled) {
    scope.tell('eql/regex', `${compiled.problem}, at character ${compiled.at + 1} of the expression`, span, HINT)
    return undefined
  }
  return (text) => {
    try {
      return compiled.matches(text)
    } catch (thrown) {
      if (!(thrown instanceof TooComplex)) throw thrown
      throw new Problem(
        'eql/regex',
        'this expression takes too many states',
        span,
        'write a simpler one; Elasticsearch bounds them, too',
      )
    }
  }
}

const HINT = "expressions are Lucene's: they match the whole value, and know no anchors"
