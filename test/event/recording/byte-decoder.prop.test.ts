import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ByteDecoder } from '../../../src/event/recording/byte-decoder.ts'

/** Characters of every length, the mark of a byte order, and what begins or goes on a character that is not whole. */
const piece = fc.constantFrom(
  ...['a', '\n', 'é', '€', '😀', '\ufeff'].map((text) => [...Buffer.from(text)]),
  ...[
    [0x80],
    [0xbf],
    [0xc3],
    [0xe2],
    [0xe2, 0x82],
    [0xed, 0xa0],
    [0xf0],
    [0xf0, 0x9f],
    [0xf0, 0x9f, 0x98],
    [0xff],
    [0xc0],
  ],
)
const bytes = fc.array(piece, { maxLength: 12 }).map((pieces) => Uint8Array.from(pieces.flat()))

test('bytes that come in pieces, wherever these end, give the text of the whole', () => {
  fc.assert(
    fc.property(bytes, fc.array(fc.nat(4), { maxLength: 12 }), (whole, lengths) => {
      const decoder = new ByteDecoder()
      let text = ''
      let at = 0
      for (const length of lengths) {
        text += decoder.push(whole.subarray(at, at + length))
        at += length
      }
      text += decoder.push(whole.subarray(at)) + decoder.end()
      expect(text).toBe(new TextDecoder().decode(whole))
    }),
    { numRuns: 500 },
  )
})

test('the chunk may be used again for the next one', () => {
  const decoder = new ByteDecoder()
  const chunk = Uint8Array.of(0xe2, 0x82)
  decoder.push(chunk)
  chunk.set([0xac, 0x21])
  expect(decoder.push(chunk)).toBe('€!')
})
