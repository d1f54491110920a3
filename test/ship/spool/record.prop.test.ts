import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readRecords, recordBound, writeRecord } from '../../../src/ship/spool/record.ts'

const text = fc.string({ unit: 'grapheme', maxLength: 50 })
const record = fc.record({ id: text, host: text, event: text, time: fc.double({ noNaN: true }) })

function written(records: readonly { id: string; host: string; event: string; time: number }[]): Buffer {
  const lines = records.map(({ event }) => Buffer.from(event))
  const lineOf = (at: number): Buffer => lines[at] ?? Buffer.alloc(0)
  const buffer = Buffer.alloc(records.reduce((sum, one, at) => sum + recordBound(one, lineOf(at)), 0))
  return buffer.subarray(
    0,
    records.reduce((end, one, at) => writeRecord(buffer, end, one, lineOf(at)), 0),
  )
}

describe('records of the spool', () => {
  it('are read as they were written', () => {
    fc.assert(
      fc.property(fc.array(record), (records) => {
        const read = readRecords(written(records))
        const told = read.map(({ id, host, time, event }) => ({ id, host, time, event: event.toString('utf8') }))
        expect(told).toEqual(records)
        const copies = read.map((one) => {
          const line = Buffer.alloc(one.length)
          return [one.copyTo(line, 0), line.toString('utf8')]
        })
        expect(copies).toEqual(records.map(({ event }) => [Buffer.byteLength(event), event]))
      }),
    )
  })

  it('are left out, and only they, when the disk has changed a byte of them', () => {
    fc.assert(
      fc.property(
        fc.array(record, { minLength: 1 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (records, at, bits) => {
          const bytes = written(records)
          const place = at % bytes.length
          bytes.writeUInt8(bytes.readUInt8(place) ^ bits, place)
          const read = readRecords(bytes)
          expect(read.length).toBeLessThan(records.length)
          // What is read is something that was written.
          const known = new Set(records.map(({ id, event }) => `${id}\n${event}`))
          for (const { id, event } of read) expect(known).toContain(`${id}\n${event.toString('utf8')}`)
        },
      ),
    )
  })
})
