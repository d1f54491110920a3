import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseSysmon } from '../../../src/event/sysmon/sysmon-event.ts'

/** What a value of an event looks like, as one pattern. */
const DATA = /<Data Name=["'](\w{1,64})["'](?:\/>|>([^<]*)<\/Data>)/g

const HEAD = '<Event><EventID>1</EventID>'
const piece = fc.constantFrom(
  ...[
    '<Data Name=',
    '"',
    "'",
    'Image',
    'UtcTime',
    '>',
    '/>',
    '</Data>',
    '</Data >',
    '<Data Name="Image">',
    ' ',
    '-',
    '/bin/sh',
  ],
  ...['<Data Name="Image">/bin/ls</Data>', `<Data Name='User'>root</Data>`, '<Data Name="Hashes"/>'],
)

test('the values of an event are those that the pattern finds, the first of each name', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 16 }), (pieces) => {
      const text = `${HEAD}${pieces.join('')}</Event>`
      const expected = new Map<string, string>()
      for (const [, name = '', value] of text.matchAll(DATA))
        if (value !== undefined && value !== '' && value !== '-' && !expected.has(name)) expected.set(name, value)
      const event = parseSysmon(text)
      expect('problem' in event ? event : event.data).toEqual(expected)
    }),
    { numRuns: 500 },
  )
})
