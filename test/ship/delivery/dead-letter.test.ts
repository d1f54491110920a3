import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { DeadLetters } from '../../../src/ship/delivery/dead-letter.ts'
import { smallDisk } from '../small-disk.ts'

const letter = (length: number): { event: string; why: string } => ({ event: 'x'.repeat(length), why: 'refused' })

function lines(file: string): string[] {
  return readFileSync(file, 'utf8').split('\n').filter(Boolean)
}

describe('dead letters on a full disk', () => {
  const disk = smallDisk(1)

  it.skipIf(disk === undefined)('are there whole, or it is said that they are not', () => {
    if (disk === undefined) return
    try {
      const letters = new DeadLetters(disk.folder)
      letters.bury([letter(100)])
      const filler = path.join(disk.folder, 'filler')
      writeFileSync(filler, Buffer.alloc(900_000))
      // There is room for a part of it.
      expect(() => letters.bury([letter(500_000)])).toThrow('ENOSPC')
      expect(lines(letters.file).length).toBe(1)
      rmSync(filler)
      letters.bury([letter(500_000)])
      expect(lines(letters.file).map((line) => (JSON.parse(line) as { event: string }).event.length)).toEqual([
        100, 500_000,
      ])
      letters.close()
    } finally {
      disk.remove()
    }
  })
})
