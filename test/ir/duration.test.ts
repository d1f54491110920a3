import { describe, expect, it } from 'vitest'
import { formatDuration, milliseconds, parseDuration } from '../../src/ir/duration.ts'

describe('durations', () => {
  it.each([
    ['250ms', 250],
    ['10s', 10_000],
    ['90m', 5_400_000],
    ['7d', 604_800_000],
    ['10000d', 864_000_000_000],
    ['10001d', undefined],
    ['0s', undefined],
    ['1.5s', undefined],
    ['1w', undefined],
    ['s', undefined],
  ])('%s is %s ms', (written, wanted) => {
    expect(parseDuration(written)).toBe(wanted)
  })

  it.each([
    [60_000, '1m'],
    [90_000, '90s'],
    [1500, '1500ms'],
    [172_800_000, '2d'],
  ])('%i ms is written %s', (length, wanted) => {
    expect(formatDuration(milliseconds(length))).toBe(wanted)
  })
})
