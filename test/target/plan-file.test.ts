import { describe, expect, it } from 'vitest'
import { contentDigest } from '../../src/event/canonical.ts'
import type { Json } from '../../src/event/field.ts'
import { readPlanFile, renderPlanFile } from '../../src/target/plan-file.ts'
import type { Plan } from '../../src/target/plan.ts'
import { PACK } from './deploying.ts'

const object = { kind: 'rule', id: 'r1', title: 'Rule', version: 1, digest: 'd' } as const
const plan: Plan = {
  purpose: 'deploy',
  place: { kind: 'local', name: 'local', at: '.detpack/local.db' },
  pack: PACK,
  actions: [
    { kind: 'create', object, content: { rule: 'r1' } },
    {
      ...{ kind: 'update', object: { ...object, id: 'r2' }, content: { rule: 'r2' } },
      ...{ changes: [{ field: 'title', live: 'a', desired: 'b' }], kept: [], drifted: false, seen: 'f' },
    },
    { kind: 'unchanged', object: { ...object, id: 'r3' }, kept: [] },
    { kind: 'blocked', object: { ...object, id: 'r4', digest: null }, reason: 'why' },
    { kind: 'delete', object: { ...object, id: 'r5', version: null }, seen: 'f' },
  ],
}

/** What is said of a file in which the plan is another, and the digest fits. */
function said(change: (plan: Record<string, unknown>) => void, format = 'detpack-plan/1'): string {
  const other = structuredClone(plan) as unknown as Record<string, unknown>
  change(other)
  return saidOf(JSON.stringify({ format, digest: contentDigest(other as Json), plan: other }))
}

function saidOf(text: string): string {
  const read = readPlanFile(text, 'plan.json')
  if (read.diagnostic === undefined) return 'nothing'
  expect(read.diagnostic.code).toBe('target/plan-file')
  return read.diagnostic.message
}

function action(at: number, change: Record<string, unknown>): (plan: Record<string, unknown>) => void {
  return (other) => void Object.assign((other['actions'] as object[])[at] ?? {}, change)
}

describe('a plan file', () => {
  it('is read as it was written', () => {
    expect(readPlanFile(renderPlanFile(plan), 'plan.json')).toEqual({ plan })
    expect(said(() => undefined)).toBe('nothing')
  })

  it.each([
    ['nothing', ''],
    ['the half of one', renderPlanFile(plan).slice(0, 500)],
    ['something else', 'rules: []'],
    ['brackets without end', '['.repeat(100_000)],
    ['brackets beyond all depth', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
  ])('%s is no whole plan', (_, text) => {
    expect(saidOf(text)).toBe('"plan.json" is not a whole plan: it was cut off, or is something else')
  })

  it.each(['{}', '[]', 'null', '"detpack-plan/1"', '{"format": "terraform"}', '{"format": 1}'])(
    '%s is a file of something else',
    (text) => expect(saidOf(text)).toBe('"plan.json" is not a plan of detpack'),
  )

  it('of a newer detpack is told as such', () => {
    expect(said(() => undefined, 'detpack-plan/2')).toMatch(
      /is a plan of another detpack \("detpack-plan\/2"; this one/,
    )
  })

  it('that was changed after it was made is refused', () => {
    expect(saidOf(renderPlanFile(plan).replace('"why"', '"because"'))).toMatch(/was changed after it was made/)
    expect(saidOf('{"format": "detpack-plan/1"}')).toMatch(/was changed/)
    expect(saidOf('{"format": "detpack-plan/1", "plan": 1, "digest": 2}')).toMatch(/was changed/)
  })

  it.each([
    [
      'a missing key',
      (other: Record<string, unknown>) => {
        delete other['pack']
      },
      'plan.pack is no object',
    ],
    ['a key nobody knows', action(2, { force: true }), 'plan.actions[2] has a key "force" that is not known'],
    ['a kind of action that there is none', action(0, { kind: 'rename' }), 'plan.actions[0].kind is none of create'],
    ['a kind named as a property of all objects', action(0, { kind: 'toString' }), 'plan.actions[0].kind is none of'],
    ['an object of no kind', action(0, { object: { ...object, kind: 'file' } }), 'plan.actions[0].object.kind is none'],
    [
      'a version that is none',
      action(0, { object: { ...object, version: 1.5 } }),
      'object.version is no number from 0',
    ],
    ['content that is a text', action(1, { content: 'x' }), 'plan.actions[1].content is no object'],
    ['a change that names no field', action(1, { changes: [{ live: 1 }] }), 'changes[0].field is no line of text'],
    ['an action without what it saw', action(4, { seen: undefined }), 'plan.actions[4].seen is no line of text'],
    ['an object twice', action(2, { object }), 'plan.actions[2] is a second one for rule:r1'],
    ['no list of actions', (other: Record<string, unknown>) => void (other['actions'] = {}), 'plan.actions is no list'],
    [
      'a name that would move the cursor',
      (other: Record<string, unknown>) => void Object.assign(other['place'] ?? {}, { name: '\u001b[2J' }),
      'plan.place.name is no line of text',
    ],
  ])('with %s is refused although its digest fits', (_, change, words) => {
    expect(said(change)).toContain(words)
  })
})
