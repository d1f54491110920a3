import { expect, it } from 'vitest'
import { localRule } from '../../src/artifact/local/local-rule.ts'
import { rulesOfStore } from '../../src/cli/watched-rules.ts'
import type { LocalStore } from '../../src/target/local/store.ts'
import { eventRule, programOf, span } from '../artifact/rule-fixture.ts'

it('an exception of a deployed rule ends by the clock, without a change of the store', () => {
  const rule = eventRule('file_read')
  const who = { reason: 'r', owner: 'o', author: 'a', approver: 'b', ticket: 't', span }
  const scope = [{ field: 'file.path', test: 'is' as const, values: ['/etc/key'], span }]
  const made = localRule(rule, programOf(rule), 'ecs', true, [{ id: 'X-1', title: 'x', ...who, scope, until: 1000 }])
  if (made.kind === 'refused') throw new Error('refused')
  const kept = { rule: rule.id, pack: 'mine', enabled: true, digest: '', content: made.rule }
  let [now, reads] = [999, 0]
  const store = { rules: () => (reads++, [kept]), hasChanged: () => false } as unknown as LocalStore
  const watched = rulesOfStore(
    store,
    'local.db',
    (found) => expect(found).toEqual([]),
    () => now,
  )
  expect([...watched.now.exceptions.values()]).toMatchObject([{ id: 'X-1', until: 1000 }])
  now = 1000
  expect(watched.changed()).toBeUndefined()
  now = 1001
  expect(watched.changed()?.exceptions.size).toBe(0)
  expect(watched.changed()).toBeUndefined()
  expect(reads).toBe(2)
})
