import { describe, expect, test } from 'vitest'
import { RecentObjects, type FoundValues } from '../../../src/event/scan/recent-objects.ts'

const NONE = new Int32Array(0)
const FOUND: FoundValues = {
  stated: NONE,
  known: new Uint8Array(0),
  first: NONE,
  fields: NONE,
  kinds: new Uint8Array(0),
  from: NONE,
  to: NONE,
}

function textOf(id: number): Buffer {
  return Buffer.from(`"id":"${String(id).padStart(32, '0')}","name":"python3","user":{"id":"1000"}}`)
}

describe('objects that stood in lines before', () => {
  test('are found by all of their bytes, wherever they stand', () => {
    const recent = new RecentObjects()
    const text = textOf(1)
    recent.keep(text, 0, text.length, FOUND)
    expect(recent.find(Buffer.concat([Buffer.from('..'), text]), 2)?.found).toBe(FOUND)
    const other = Buffer.from(text)
    other[text.length - 5] = 0x39
    expect(recent.find(other, 0)).toBeUndefined()
    expect(recent.find(text.subarray(0, text.length - 1), 0)).toBeUndefined()
  })

  test('are remembered as they were, also when the bytes that they stood in hold something else', () => {
    const recent = new RecentObjects()
    const bytes = textOf(1)
    recent.keep(bytes, 0, bytes.length, FOUND)
    bytes.fill(0)
    expect(recent.find(textOf(1), 0)?.found).toBe(FOUND)
  })

  test('are not looked for a while when they do not come again', () => {
    const recent = new RecentObjects()
    const last = textOf(7)
    let looked = 0
    while (recent.isWanted(last.length) && looked < 1000) {
      expect(recent.find(textOf(100 + looked++), 0)).toBeUndefined()
      recent.keep(last, 0, last.length, FOUND)
    }
    expect(looked).toBeLessThan(100)
    expect(recent.find(last, 0)).toBeUndefined()
    let paused = 0
    while (recent.find(last, 0) === undefined && paused < 10_000) paused++
    expect(paused).toBeLessThan(1000)
  })

  test('of a few bytes, or of very many, are not worth it', () => {
    const recent = new RecentObjects()
    expect([10, 100, 1000, 100_000].map((length) => recent.isWanted(length))).toEqual([false, true, true, false])
  })
})
