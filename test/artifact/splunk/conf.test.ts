import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isStanzaName, oneLine, renderConf } from '../../../src/artifact/splunk/conf.ts'

test('a stanza is a name and its settings, one a line', () => {
  const stanzas = [
    { name: 'a', settings: { disabled: '0', search: 'index=x' } },
    { name: 'b c', settings: {} },
  ]
  expect(renderConf(stanzas)).toBe('[a]\ndisabled = 0\nsearch = index=x\n\n[b c]\n')
})

test('a value of several lines continues with a backslash', () => {
  expect(renderConf([{ name: 'a', settings: { search: 'index=x\r\n| head 1' } }])).toBe(
    '[a]\nsearch = index=x\\\n| head 1\n',
  )
})

test('a backslash of the value continues nothing', () => {
  expect(renderConf([{ name: 'a', settings: { b: 'C:\\\nD:\\', c: '1' } }])).toBe('[a]\nb = C:\\ \\\nD:\\ \nc = 1\n')
})

test('a file read back as Splunk reads it has the settings that were written', () => {
  const values = fc.string({ unit: fc.constantFrom('a', '\\', '\n', '"', '$', '[', ']', '=', '#') })
  fc.assert(
    fc.property(fc.array(values, { maxLength: 4 }), (drawn) => {
      const settings = Object.fromEntries(drawn.map((value, at) => [`k${at}`, value]))
      const [, ...lines] = renderConf([{ name: 'a', settings }])
        .replaceAll('\\\n', '\u0000')
        .trimEnd()
        .split('\n')
      const read = lines.map((line) =>
        line
          .slice(line.indexOf('=') + 1)
          .trim()
          .replaceAll('\u0000', '\n'),
      )
      const lean = (text: string): string => text.replace(/\\ (?=\n|$)/g, '\\').trim()
      expect(read.map(lean)).toEqual(drawn.map(lean))
    }),
    { numRuns: 300 },
  )
})

test('what would end the heading is no name', () => {
  expect(['a', 'a b', 'a]', 'a\nb', ' a', '', 'default'].map(isStanzaName)).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
    false,
  ])
  expect(() => renderConf([{ name: 'a]', settings: {} }])).toThrow('no name')
})

test('a text of many lines becomes one', () => expect(oneLine(' a\n\tb\u0000c ')).toBe('a b c'))
