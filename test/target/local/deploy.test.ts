import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import Sqlite from 'libsql'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { localRule } from '../../../src/artifact/local/local-rule.ts'
import type { Correlation, RuleId } from '../../../src/ir/rule.ts'
import { planDeployment } from '../../../src/target/deployment.ts'
import { localTarget } from '../../../src/target/local/local-target.ts'
import { openLocalStore } from '../../../src/target/local/store.ts'
import type { ApplyResult } from '../../../src/target/apply.ts'
import type { Desired, DesiredObject } from '../../../src/target/object.ts'
import type { Plan } from '../../../src/target/plan.ts'
import { planRollback } from '../../../src/target/rollback.ts'
import { correlation, duration, ordered, programOf } from '../../artifact/rule-fixture.ts'
import { apply, options, PACK, packOf as pack, plan as planFor, planOf, results, summary } from '../deploying.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'detpack-local-'))
  file = path.join(folder, '.detpack', 'local.db')
})
afterEach(() => rmSync(folder, { recursive: true }))

function wanted(id: string, more: Partial<Correlation> = {}): DesiredObject {
  const rule = correlation(ordered(), { id: id as RuleId, title: `Rule ${id}`, ...more })
  const artifact = localRule(rule, programOf(rule), 'ecs')
  if (artifact.kind === 'refused') throw new Error('refused')
  return { kind: 'rule', id, title: rule.title, version: artifact.rule.version, content: artifact.rule }
}

const plan = (desired: Desired, more = {}): Promise<Plan> => planFor(desired, localTarget(file), more)
const applyLocal = (planned: Plan): Promise<ApplyResult> => apply(planned, localTarget(file), { atomic: true })
const deploy = async (desired: Desired): Promise<ApplyResult> => applyLocal(await plan(desired))

/** Does something with the store as another program would. */
function byHand(sql: string, ...values: unknown[]): void {
  const database = new Sqlite(file)
  database.prepare(sql).run(...values)
  database.close()
}

async function stored(): Promise<readonly string[]> {
  const opening = await openLocalStore(file)
  if (opening.kind === 'failed') throw new Error('failed')
  const rules = opening.store.rules().map((rule) => `${rule.rule} ${rule.enabled ? 'on' : 'off'}`)
  opening.store.close()
  return rules
}

const two = pack([wanted('r1'), wanted('r2')])

test('planning makes no file', async () => {
  expect(summary(await plan(two))).toEqual(['create r1', 'create r2'])
  expect(readdirSync(folder)).toEqual([])
})

test('a deployment keeps the rules with a receipt, and a second one changes nothing', async () => {
  const applied = await deploy(two)
  expect(applied.diagnostics).toEqual([])
  expect(applied.outcomes.map((one) => one.result)).toEqual(['done', 'done'])
  expect(await stored()).toEqual(['r1 on', 'r2 on'])
  expect(summary(await plan(two))).toEqual(['unchanged r1', 'unchanged r2'])
  expect((await deploy(two)).outcomes.map((one) => one.result)).toEqual(['nothing', 'nothing'])

  const receipts = localTarget(file).receipts
  const heads = await receipts?.heads('agents', 10)
  if (heads?.kind !== 'read') throw new Error('failed')
  expect(heads.value).toMatchObject([{ state: 'done', by: 'tester@here', planned: 2, done: 2, pack: PACK }])
  const kept = await receipts?.get(heads.value[0]?.id ?? '')
  expect(kept).toMatchObject({
    value: {
      changes: [
        { action: 'create', id: 'r1', before: null, result: 'done' },
        { action: 'create', id: 'r2', before: null, after: { title: 'Rule r2' } },
      ],
    },
  })
})

test('only the owner may read the store, and the rights of an old one are narrowed', async () => {
  await deploy(two)
  expect((statSync(file).mode & 0o777).toString(8)).toBe('600')
  chmodSync(file, 0o644)
  await plan(two)
  expect((statSync(file).mode & 0o777).toString(8)).toBe('600')
})

test('a new meaning is an update that names what differs', async () => {
  await deploy(two)
  const planned = await plan(pack([wanted('r1', { timespan: duration('11s') }), wanted('r2')]))
  expect(planned.actions[0]).toMatchObject({ drifted: false })
  expect(planned.actions[0]?.kind === 'update' && planned.actions[0].changes.map((one) => one.field)).toEqual([
    'meaning',
  ])
  expect((await applyLocal(planned)).diagnostics).toEqual([])
})

test('a rule whose meaning a hand changed in the store is set right again, and called drift', async () => {
  await deploy(two)
  byHand("UPDATE rules SET content = replace(content, '10000', '99999') WHERE rule = ?", 'r1')
  expect((await plan(two)).actions[0]).toMatchObject({ kind: 'update', drifted: true, changes: [{ field: 'meaning' }] })
})

test('a rule that was switched off by hand stays off through a new version', async () => {
  await deploy(two)
  byHand('UPDATE rules SET enabled = 0 WHERE rule = ?', 'r1')
  expect((await plan(two)).actions[0]).toMatchObject({
    kind: 'unchanged',
    kept: [{ field: 'enabled', live: false, desired: true }],
  })
  await deploy(pack([wanted('r1', { title: 'New' }), wanted('r2')]))
  expect(await stored()).toEqual(['r1 off', 'r2 on'])
})

test('a new status of the rule switches it where nobody did by hand', async () => {
  await deploy(two)
  await deploy(pack([wanted('r1', { status: 'experimental' }), wanted('r2')]))
  expect(await stored()).toEqual(['r1 off', 'r2 on'])
})

test('a rule that left the pack is deleted only when the whole pack was given', async () => {
  await deploy(two)
  expect(summary(await plan(pack([wanted('r1')]), { prune: false }))).toEqual(['unchanged r1'])
  expect(summary(await plan(pack([wanted('r1')])))).toEqual(['unchanged r1', 'delete r2'])
  await deploy(pack([wanted('r1')]))
  expect(await stored()).toEqual(['r1 on'])
})

test('rules of other packs are not touched', async () => {
  await deploy(two)
  const planned = await plan(pack([wanted('r1')]), { pack: { ...PACK, name: 'others' } })
  expect(planned.actions).toMatchObject([{ kind: 'blocked', reason: 'it belongs to the pack "agents"' }])
})

test('a rule of the pack that cannot be deployed is blocked; the one in the store stays', async () => {
  await deploy(two)
  const blocked = [{ kind: 'rule', id: 'r2', title: 'Rule r2', reason: 'it is deprecated' }] as const
  const planned = await plan(pack([wanted('r1')], blocked))
  expect(planned.actions[1]).toMatchObject({
    kind: 'blocked',
    reason: 'it is deprecated; the deployed one stays as it is',
  })
})

test('two rules of one id are refused', async () => {
  expect(await planDeployment(pack([wanted('r1'), wanted('r1')]), localTarget(file), options())).toMatchObject({
    kind: 'failed',
    diagnostics: [{ code: 'target/duplicate-rule' }],
  })
})

test('when a rule has changed since the plan, nothing at all is written', async () => {
  await deploy(two)
  const planned = await plan(pack([wanted('r1', { title: 'New' }), wanted('r3')]))
  byHand('UPDATE rules SET enabled = 0 WHERE rule = ?', 'r1')
  const applied = await applyLocal(planned)
  expect(applied.diagnostics).toMatchObject([{ code: 'target/changed' }])
  expect(applied.outcomes.map((one) => one.result)).toEqual(['skipped', 'skipped', 'skipped'])
  expect(await stored()).toEqual(['r1 off', 'r2 on'])
})

test('when the store fails in the middle, nothing at all is written', async () => {
  await deploy(pack([wanted('r1')]))
  const planned = await plan(two)
  byHand("CREATE TRIGGER full BEFORE INSERT ON deployments BEGIN SELECT RAISE(ABORT, 'disk full'); END")
  const applied = await applyLocal(planned)
  expect(applied.diagnostics).toMatchObject([{ code: 'target/store' }])
  expect(await stored()).toEqual(['r1 on'])
})

test('what does not read back as it was written is undone', async () => {
  await deploy(pack([wanted('r1')]))
  const planned = await plan(two)
  byHand('CREATE TRIGGER meddle AFTER INSERT ON rules BEGIN UPDATE rules SET enabled = 0 WHERE rule = NEW.rule; END')
  const applied = await applyLocal(planned)
  expect(applied.diagnostics).toMatchObject([{ code: 'target/not-verified' }])
  expect(results(applied)).toEqual(['nothing r1', 'undone r2'])
  expect(await stored()).toEqual(['r1 on'])
})

test('a store that another program is writing to is waited for, and then told busy', async () => {
  await deploy(two)
  const planned = await plan(pack([wanted('r1', { title: 'New' })]), { prune: false })
  const other = new Sqlite(file)
  other.exec('BEGIN IMMEDIATE')
  const hasty = localTarget(file, 'local', 50)
  expect((await apply(planned, hasty, { atomic: true })).diagnostics).toMatchObject([{ code: 'target/busy' }])
  other.exec('ROLLBACK')
  other.close()
})

test('a file that is no database is left alone', async () => {
  file = path.join(folder, 'notes.txt')
  writeFileSync(file, 'these are notes, and no database at all\n'.repeat(50))
  chmodSync(file, 0o644)
  expect(await planDeployment(two, localTarget(file), options())).toMatchObject({
    kind: 'failed',
    diagnostics: [{ code: 'target/not-a-store' }],
  })
  expect((statSync(file).mode & 0o777).toString(8)).toBe('644')
})

test("somebody else's database is left alone", async () => {
  file = path.join(folder, 'other.db')
  byHand('CREATE TABLE mine (x)')
  expect(await planDeployment(two, localTarget(file), options())).toMatchObject({
    kind: 'failed',
    diagnostics: [{ code: 'target/not-a-store' }],
  })
})

test('a store of a newer version is refused', async () => {
  await deploy(two)
  byHand('PRAGMA user_version = 99')
  const planning = await planDeployment(two, localTarget(file), options())
  expect(planning).toMatchObject({ kind: 'failed', diagnostics: [{ code: 'target/newer-store' }] })
})

test('a place where no file can be is told', async () => {
  writeFileSync(path.join(folder, 'file'), '')
  const target = localTarget(path.join(folder, 'file', 'local.db'))
  const applied = await apply(await planFor(two, target), target)
  expect(applied.diagnostics).toMatchObject([{ code: 'target/store' }])
  expect(applied.outcomes.map((one) => one.result)).toEqual(['skipped', 'skipped'])
  expect(existsSync(file)).toBe(false)
})

test('what was changed by hand and by the pack is shown as last written, as it is and as wanted', async () => {
  await deploy(pack([wanted('r1', { title: 'First' })]))
  byHand(`UPDATE rules SET content = replace(content, '"First"', '"By hand"') WHERE rule = ?`, 'r1')
  const planned = await plan(pack([wanted('r1', { title: 'Second' })]))
  expect(planned.actions[0]).toMatchObject({
    drifted: true,
    changes: [{ field: 'meaning' }, { field: 'title', written: 'First', live: 'By hand', desired: 'Second' }],
  })
})

test('a switch that was turned by hand is taken back only when that is asked for', async () => {
  await deploy(two)
  byHand('UPDATE rules SET enabled = 0 WHERE rule = ?', 'r1')
  const planned = await plan(two, { overwrite: new Set(['enabled']) })
  expect(summary(planned)).toEqual(['update r1', 'unchanged r2'])
  await applyLocal(planned)
  expect(await stored()).toEqual(['r1 on', 'r2 on'])
})

test('a rollback puts everything back byte for byte, and a second one has nothing left to do', async () => {
  const dump = (): unknown => {
    const database = new Sqlite(file)
    const rows = database.prepare('SELECT rule, pack, enabled, digest, content FROM rules ORDER BY rule').all()
    database.close()
    return rows
  }
  await deploy(two)
  byHand('UPDATE rules SET enabled = 0 WHERE rule = ?', 'r2')
  const before = dump()
  await deploy(pack([wanted('r1', { title: 'New' }), wanted('r3')]))
  expect(await stored()).toEqual(['r1 on', 'r3 on'])
  const target = localTarget(file)
  const back = planOf(await planRollback(undefined, target, PACK, false))
  expect(summary(back)).toEqual(['create r2', 'delete r3', 'update r1'])
  expect((await apply(back, target)).diagnostics).toEqual([])
  expect(dump()).toEqual(before)
  // What is left to take back is the first deployment, which made the two.
  expect(summary(planOf(await planRollback(undefined, target, PACK, false)))).toEqual(['blocked r2', 'delete r1'])
})

test('what has changed since is left alone by a rollback, unless it is forced', async () => {
  await deploy(two)
  byHand('UPDATE rules SET enabled = 0 WHERE rule = ?', 'r1')
  const target = localTarget(file)
  expect(summary(planOf(await planRollback(undefined, target, PACK, false)))).toEqual(['delete r2', 'blocked r1'])
  expect(summary(planOf(await planRollback(undefined, target, PACK, true)))).toEqual(['delete r2', 'delete r1'])
})

test('what a rollback left alone can still be put back, by the command that it names', async () => {
  await deploy(two)
  byHand('UPDATE rules SET enabled = 0 WHERE rule = ?', 'r1')
  const target = localTarget(file)
  const planned = planOf(await planRollback(undefined, target, PACK, false))
  const blocked = planned.actions.find((each) => each.kind === 'blocked')
  const [, receipt] = /"detpack rollback (\S+) --force"/.exec(blocked?.reason ?? '') ?? []
  expect((await apply(planned, target)).diagnostics).toEqual([])
  expect(summary(planOf(await planRollback(receipt, target, PACK, true)))).toEqual(['unchanged r2', 'delete r1'])
})

test('a receipt of another pack, or none, is refused', async () => {
  await deploy(two)
  const target = localTarget(file)
  const heads = await target.receipts?.heads('agents', 1)
  const id = heads?.kind === 'read' ? heads.value[0]?.id : undefined
  const others = await planRollback(id, target, { ...PACK, name: 'others' }, false)
  expect(others).toMatchObject({ kind: 'failed', diagnostics: [{ code: 'target/receipt' }] })
  expect(await planRollback('2001', target, PACK, false)).toMatchObject({ diagnostics: [{ code: 'target/receipt' }] })
})

test.each([
  ['writes another rule than it shows', { rule: 'r9' }],
  ['does not carry the pack', { mark: { pack: 'others', version: 1, digest: 'd', applied: {} } }],
  ['carries a mark that is none', { mark: 7 }],
])('a plan that %s is refused, and nothing is written', async (_, more) => {
  const planned = await plan(pack([wanted('r1')]))
  const [action] = planned.actions
  if (action?.kind !== 'create') throw new Error('no create')
  const other = { ...planned, actions: [{ ...action, content: { ...action.content, ...more } }] }
  expect((await applyLocal(other)).diagnostics).toMatchObject([{ code: 'target/other-object' }])
  expect(existsSync(file)).toBe(false)
})

test('a plan for objects that the store does not keep is refused', async () => {
  const planned = await plan(pack([wanted('r1')]))
  const [action] = planned.actions
  if (action?.kind !== 'create') throw new Error('no create')
  const other = { ...planned, actions: [{ ...action, object: { ...action.object, kind: 'macro' as const } }] }
  expect((await applyLocal(other)).diagnostics).toMatchObject([{ code: 'target/other-place' }])
})

test.each([
  ['no JSON', 'deployments', '{"id":'],
  ['a head of another shape', 'deployments', '{"id":"x","changes":1}'],
  ['a change of another shape', 'changes', '{"kind":"rule","id":"r1"}'],
])('a receipt that is damaged (%s) is told, and nothing is rolled back by it', async (_, table, content) => {
  await deploy(two)
  byHand(`UPDATE ${table} SET content = ?`, content)
  const planning = await planRollback(undefined, localTarget(file), PACK, true)
  expect(planning).toMatchObject({ kind: 'failed', diagnostics: [{ code: 'target/receipt' }] })
  expect(JSON.stringify(planning)).toContain('a receipt is damaged')
  // What is only shown does without: planning goes on.
  byHand(`UPDATE rules SET content = replace(content, '"Rule r1"', '"By hand"') WHERE rule = ?`, 'r1')
  expect(summary(await plan(pack([wanted('r1', { title: 'Second' })]), { prune: false }))).toEqual(['update r1'])
})

test('a receipt that lacks a change is told: it would put back a part only', async () => {
  await deploy(two)
  byHand('DELETE FROM changes WHERE number = 1')
  expect(await planRollback(undefined, localTarget(file), PACK, false)).toMatchObject({
    kind: 'failed',
    diagnostics: [{ code: 'target/receipt', message: expect.stringMatching(/holds 1 of 2 changes/) as string }],
  })
})

test('a store of version 1 is brought up with its rules', async () => {
  await deploy(two)
  byHand('DROP TABLE changes')
  byHand('DROP TABLE deployments')
  byHand('CREATE TABLE receipts (number INTEGER PRIMARY KEY) STRICT')
  byHand('PRAGMA user_version = 1')
  expect(await stored()).toEqual(['r1 on', 'r2 on'])
  expect(summary(await plan(two))).toEqual(['unchanged r1', 'unchanged r2'])
})
