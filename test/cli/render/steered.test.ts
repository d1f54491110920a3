import { expect, it } from 'vitest'
import { renderPlan } from '../../../src/cli/render/plan/text.ts'
import { renderStatus } from '../../../src/cli/render/status.ts'
import { paintFor } from '../../../src/cli/terminal.ts'
import { alertLine } from '../../../src/cli/watch-elastic.ts'
import type { PackIdentity, Place } from '../../../src/target/plan.ts'
import type { ReceiptHead } from '../../../src/target/receipt.ts'

// Names and texts that others wrote into a target are shown, and steer no terminal.

const STEERING = 'a\u001b[2Jb\u202ec'
const place: Place = { kind: 'elastic', name: 'elastic', at: 'Kibana' }
const pack: PackIdentity = { name: 'mine', version: '1.0.0', digest: 'a'.repeat(64) }
const paint = paintFor(process.stdout, 'never')

it('in a plan', () => {
  const change = { field: STEERING, live: STEERING, desired: STEERING }
  const object = { kind: 'rule', id: STEERING, title: STEERING, version: 1, digest: null } as const
  const lists = { field: STEERING, live: Array.from({ length: 30 }, () => STEERING), desired: [] }
  const changed = { kind: 'update', object, content: {}, changes: [change, lists], kept: [change] } as const
  const actions = [{ ...changed, drifted: true, seen: '' }, { kind: 'blocked', object, reason: STEERING } as const]
  const text = renderPlan({ purpose: 'deploy', place, pack, actions }, paint)
  expect(text).not.toMatch(/[\u001b\u202e]/)
  expect(text.match(/\[2Jb/g)?.length).toBeGreaterThan(4)
})

it('in a status', () => {
  const last: ReceiptHead = {
    ...{ id: STEERING, by: STEERING, at: STEERING, place, pack, undoes: null, planned: 1, done: 1 },
    purpose: 'deploy',
    state: 'done',
  }
  const late = [{ from: STEERING, to: STEERING, count: 1, host: STEERING }]
  const text = renderStatus({ target: place, pack, last, rules: [], late }, paint)
  expect(text).not.toMatch(/[\u001b\u202e]/)
  expect(text.match(/\[2Jb/g)?.length).toBeGreaterThan(4)
})

it('in an alert of the watch', () => {
  const alert = { id: STEERING, level: 'high', group: [STEERING], last: { time: STEERING } }
  const text = alertLine({ rule: { name: STEERING }, host: { name: STEERING }, detpack: { alert } })
  expect(text).not.toMatch(/[\u001b\u202e]/)
  expect(text.match(/\[2Jb/g)).toHaveLength(5)
})
