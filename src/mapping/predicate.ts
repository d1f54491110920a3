import { all, anyOf, not, type FieldName, type Predicate, type Test, type ValueTest } from '../ir/predicate.ts'
import type { FieldNames } from './field-names.ts'
import type { AnsweredSource } from './log-source.ts'

/** The predicate in the names of the events. What has no name there is told and left as it is. */
export function mapPredicate(of: Predicate, source: AnsweredSource, names: FieldNames): Predicate {
  switch (of.op) {
    case 'all':
      return all(...of.of.map((each) => mapPredicate(each, source, names)))
    case 'any':
      return anyOf(...of.of.map((each) => mapPredicate(each, source, names)))
    case 'not':
      return not(mapPredicate(of.of, source, names))
    case 'test':
      return of.subject.kind === 'message' ? mapMessage(of, source, names) : mapTest(of, of.subject.name, source, names)
  }
}

function mapMessage(of: Test, source: AnsweredSource, names: FieldNames): Predicate {
  if (source.message === undefined) return of
  if (source.message !== null) return { ...of, subject: { kind: 'field', name: source.message } }
  names.noMessage(source, of.span)
  return of
}

function mapTest(of: Test, name: FieldName, source: AnsweredSource, names: FieldNames): Predicate {
  const saying = names.saying(name, source, of.span)
  if (saying === undefined) return of
  if (saying.kind === 'rewritten') {
    const rewritten = saying.rewrite(of.test)
    if (rewritten === undefined) names.untranslatable(name, saying, of.span)
    return rewritten === undefined ? of : placed(rewritten, of)
  }
  names.checkValue(saying.to, of.test, of.span)
  return { ...of, subject: { kind: 'field', name: saying.to }, test: mapOther(of.test, of, source, names) }
}

/** What was made of a test stands where the test stands. */
function placed(of: Predicate, at: Test): Predicate {
  if (at.span === undefined) return of
  switch (of.op) {
    case 'all':
    case 'any':
      return { ...of, of: of.of.map((each) => placed(each, at)) }
    case 'not':
      return { ...of, of: placed(of.of, at) }
    case 'test':
      return { ...of, span: at.span }
  }
}

/** The other field of a comparison of two. */
function mapOther(test: ValueTest, of: Test, source: AnsweredSource, names: FieldNames): ValueTest {
  if (test.is !== 'field') return test
  const other = names.renamed(test.other, source, of.span)
  return other === undefined ? test : { ...test, other }
}
