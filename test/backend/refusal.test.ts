import { expect, it } from 'vitest'
import type { NativeQuery } from '../../src/backend/backend.ts'
import { compilation, refused, unmappedField } from '../../src/backend/refusal.ts'
import { info } from '../../src/diagnostic/diagnostic.ts'
import type { RuleId } from '../../src/ir/rule.ts'

const query: NativeQuery = {
  language: 'esql',
  rule: 'r' as RuleId,
  text: 'FROM a',
  identity: { of: 'event', column: 'event.id' },
  approximations: [],
}

it('names the language and where the rule can run instead', () => {
  expect(refused('esql', 'three steps', undefined)).toMatchObject({
    code: 'backend/refused',
    severity: 'error',
    message: 'ES|QL cannot say three steps',
    hint: 'compile this rule to SPL, or deploy it to the target "local"',
  })
})

it('names the unmapped field', () => {
  expect(unmappedField('eql', 'a.b', undefined)).toMatchObject({ code: 'backend/unmapped-field', severity: 'error' })
  expect(unmappedField('eql', 'a.b', undefined).message).toContain('"a.b"')
})

it('is a refusal as soon as there is one error, and a query with everything said otherwise', () => {
  const said = info('backend/accepted', 'x')
  expect(compilation([said], () => query)).toEqual({ kind: 'query', query, diagnostics: [said] })
  const no = refused('esql', 'three steps', undefined)
  expect(compilation([said, no], () => query)).toEqual({ kind: 'refused', diagnostics: [said, no] })
})
