import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { contentDigest } from '../../src/event/canonical.ts'
import { localRule } from '../../src/artifact/local/local-rule.ts'
import type { Json } from '../../src/event/field.ts'
import type { RuleId } from '../../src/ir/rule.ts'
import { localTarget } from '../../src/target/local/local-target.ts'
import type { DesiredObject } from '../../src/target/object.ts'
import { readPlanFile, renderPlanFile } from '../../src/target/plan-file.ts'
import { correlation, ordered, programOf } from '../artifact/rule-fixture.ts'
import { apply, packOf, plan } from './deploying.ts'

// Plan files that somebody changed anywhere, with a digest that fits: they are refused, or done without a throw.

const folder = mkdtempSync(path.join(tmpdir(), 'detpack-plan-'))
afterAll(() => rmSync(folder, { recursive: true }))
const store = path.join(folder, 'local.db')

function wanted(id: string): DesiredObject {
  const rule = correlation(ordered(), { id: id as RuleId, title: `Rule ${id}` })
  const artifact = localRule(rule, programOf(rule), 'ecs')
  if (artifact.kind === 'refused') throw new Error('refused')
  return { kind: 'rule', id, title: rule.title, version: 1, content: artifact.rule }
}

interface Change {
  readonly way: readonly number[]
  readonly how: 'replace' | 'remove' | 'add'
  readonly value: Json
}

const change: fc.Arbitrary<Change> = fc.record({
  way: fc.array(fc.nat(30), { minLength: 1, maxLength: 6 }),
  how: fc.constantFrom('replace', 'remove', 'add'),
  value: fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>,
})

/** Goes down as far as there is something, and changes it there. */
function changed(tree: unknown, { way, how, value }: Change): void {
  let at = tree as Record<string, unknown>
  for (const [depth, step] of way.entries()) {
    const keys = Object.keys(at)
    const key = keys[step % Math.max(1, keys.length)]
    if (how === 'add' && depth === way.length - 1 && !Array.isArray(at)) {
      at[`key${step}`] = value
      return
    }
    if (key === undefined) return
    const inner = at[key]
    if (depth < way.length - 1 && typeof inner === 'object' && inner !== null) at = inner as Record<string, unknown>
    else if (how === 'remove') return void Reflect.deleteProperty(at, key)
    else return void (at[key] = value)
  }
}

test('a plan that was changed anywhere is refused, or done as it says, and nothing throws', async () => {
  const original = renderPlanFile(await plan(packOf([wanted('r1'), wanted('r2')]), localTarget(store)))
  const codes = new Set<string>()
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
      const file = JSON.parse(original) as { plan: Json; digest: string }
      for (const each of changes) changed(file, each)
      if (typeof file.plan === 'object') file.digest = contentDigest(file.plan)
      const read = readPlanFile(JSON.stringify(file), 'plan.json')
      if (read.diagnostic !== undefined) return void codes.add(read.diagnostic.code)
      const { diagnostics } = await apply(read.plan, localTarget(store), { atomic: true })
      for (const each of diagnostics) codes.add(each.code)
      if (diagnostics.length > 0) expect(existsSync(store) ? (await left()).length : 0).toBe(0)
      rmSync(store, { force: true })
      for (const more of ['-wal', '-shm']) rmSync(`${store}${more}`, { force: true })
    }),
    { numRuns: 300 },
  )
  // Not all of them was told by the reader.
  expect(codes).toContain('target/plan-file')
  expect(codes.size).toBeGreaterThan(1)
})

async function left(): Promise<readonly unknown[]> {
  const read = await localTarget(store).read(null, [
    { kind: 'rule', id: 'r1', title: '' },
    { kind: 'rule', id: 'r2', title: '' },
  ])
  return read.kind === 'read' ? read.value : []
}

test('no text at all makes the reader throw', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc.json().map((text) => `{"format":"detpack-plan/1","plan":${text}}`),
      ),
      (text) => {
        expect(readPlanFile(text, 'plan.json').diagnostic?.code).toBe('target/plan-file')
      },
    ),
  )
})
