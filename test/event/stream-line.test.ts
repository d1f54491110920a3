import { describe, expect, it } from 'vitest'
import { lostBefore, runOf, watermarkOf } from '../../src/event/stream-line.ts'

describe('a line of the sensor', () => {
  it('is a watermark when it has one and is no event', () => {
    const line = { detpack: { watermark: '2026-01-01T00:00:00.050999Z', sensor: { run: 'a1' } } }
    expect(watermarkOf(line)).toEqual({ time: Date.parse('2026-01-01T00:00:00.050Z'), run: 'a1' })
  })

  it.each([
    [
      'an event that carries such a field',
      { event: { action: 'file_read' }, detpack: { watermark: '2026-01-01T00:00:00Z' } },
    ],
    ['a time that cannot be read', { detpack: { watermark: 'soon' } }],
    ['no field of ours', { watermark: '2026-01-01T00:00:00Z' }],
    ['a list in place of a map', { detpack: ['2026-01-01T00:00:00Z'] }],
  ])('is no watermark: %s', (_what, line) => {
    expect(watermarkOf(line)).toBeUndefined()
  })

  it('names its run, or nothing', () => {
    expect([runOf({ detpack: { sensor: { run: 'a1' } } }), runOf({ detpack: { sensor: 'a1' } }), runOf({})]).toEqual([
      'a1',
      '',
      '',
    ])
  })

  it('says how many uses were lost before it, if that is a number that can be', () => {
    const lost = [3, -3, 1.5, '3', undefined].map((value) => lostBefore({ detpack: { lost: value ?? null } }))
    expect(lost).toEqual([3, 0, 0, 0, 0])
  })
})
