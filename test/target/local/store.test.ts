import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Alert, AlertId } from '../../../src/event/alert.ts'
import type { EventRecord, Time } from '../../../src/event/record.ts'
import { openLocalStore, type LocalStore } from '../../../src/target/local/store.ts'

let folder: string
let store: LocalStore
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'detpack-store-'))
  store = await open()
})
afterEach(() => {
  store.close()
  rmSync(folder, { recursive: true })
})

async function open(): Promise<LocalStore> {
  const opening = await openLocalStore(path.join(folder, 'local.db'))
  if (opening.kind === 'failed') throw new Error(opening.diagnostics.map((one) => one.message).join('\n'))
  return opening.store
}

function alert(id: string, last: number | null, rule = 'r1'): Alert {
  return {
    id: id as AlertId,
    rule,
    group: { 'process.entity_id': 'p1' },
    first: last as Time | null,
    last: last as Time | null,
    steps: [
      {
        as: 'read',
        rule: 'file_read',
        event: { line: 1, time: last as Time | null, sequence: 1, id: 'e1', fields: { 'file.path': '/x' } },
      },
    ],
  }
}

test('alerts come back as they were, the newest first', () => {
  expect(store.insertAlerts([alert('a', 1), alert('b', 1_764_000_000_123)])).toBe(2)
  expect(store.alerts(10)).toEqual([alert('b', 1_764_000_000_123), alert('a', 1)])
})

test('an alert that is there already is not kept twice', () => {
  store.insertAlerts([alert('a', 1)])
  expect(store.insertAlerts([alert('a', 2), alert('b', 3), alert('b', 3)])).toBe(1)
  expect(store.alerts(10).map((one) => one.last)).toEqual([3, 1])
})

test('alerts of one rule can be asked for, and not more than wanted', () => {
  store.insertAlerts([alert('a', 1), alert('b', 2, 'r2'), alert('c', 3), alert('d', null)])
  expect(store.alerts(10, 'r1').map((one) => one.id)).toEqual(['c', 'a', 'd'])
  expect(store.alerts(1).map((one) => one.id)).toEqual(['c'])
})

test('the store keeps what it has when it is opened again', async () => {
  store.insertAlerts([alert('a', 1)])
  store.close()
  store = await open()
  expect(store.alerts(10)).toHaveLength(1)
  expect(store.rules()).toEqual([])
})

test('two processes may have it open at once', async () => {
  const other = await open()
  store.insertAlerts([alert('a', 1)])
  expect(other.insertAlerts([alert('a', 1), alert('b', 2)])).toBe(1)
  expect(store.alerts(10)).toHaveLength(2)
  other.close()
})

test('hops are added to an alert that is there, which keeps those that it has and all else', () => {
  const hop = (line: number): EventRecord => ({ line, time: line as Time, sequence: line, id: `e${line}`, fields: {} })
  store.insertAlerts([{ ...alert('a', 1), hops: [hop(5)] }, alert('b', 2)])
  const [before] = [...store.storedAlerts('2000', '3000')]
  store.addHops([
    { ...alert('a', 9, 'another rule'), hops: [hop(7), hop(5), hop(3)] },
    { ...alert('gone', 1), hops: [hop(1)] },
  ])
  expect(store.alerts(10)).toEqual([alert('b', 2), { ...alert('a', 1), hops: [hop(3), hop(5), hop(7)] }])
  expect([...store.storedAlerts('2000', '3000')][0]?.storedAt).toBe(before?.storedAt)
})
