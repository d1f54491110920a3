import { expect, it } from 'vitest'
import { mappingNamed, mappings } from '../../src/mapping/mappings.ts'
import { none } from '../../src/mapping/none.ts'
import { equals, eventRule, program } from '../backend/program.ts'

it('leaves rules as they are and knows nothing of fields', () => {
  const rules = program(eventRule('r', equals('Whatever', 'x'), { product: 'windows' }))
  expect(none.mapProgram(rules)).toEqual({ program: rules, diagnostics: [] })
  expect(none.field('event.action')).toBeUndefined()
})

it('is found by its name, and the default comes first', () => {
  expect(mappingNamed('none')).toBe(none)
  expect(mappingNamed('ECS')).toBeUndefined()
  expect(mappings[0]?.name).toBe('ecs')
})
