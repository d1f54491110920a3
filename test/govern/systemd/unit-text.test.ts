import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Source } from '../../../src/diagnostic/source.ts'
import { readSettings } from '../../../src/govern/systemd/read-setting.ts'
import { parseTruth, parseUnit, words } from '../../../src/govern/systemd/unit-text.ts'

const parse = (text: string): ReturnType<typeof parseUnit> => parseUnit(new Source('a.service', text))

it('reads settings in order, without comments and blanks', () => {
  const { assignments, diagnostics } = parse('# why\n[Service]\n; note\n  User = www-data \nPrivateTmp=yes\n')
  expect(diagnostics).toEqual([])
  expect(assignments.map(({ section, key, value }) => [section, key, value])).toEqual([
    ['Service', 'User', 'www-data'],
    ['Service', 'PrivateTmp', 'yes'],
  ])
})

it('joins continued lines, over a comment between them', () => {
  const [one] = parse('[Service]\nSystemCallFilter=@mount \\\n# not this one: read\n  swapon\n').assignments
  expect(one?.value.split(/\s+/)).toEqual(['@mount', 'swapon'])
})

it.each([
  ['a\\', ['a b']],
  ['a\\\\', ['a\\\\', '']],
  ['a\\\\\\', ['a\\\\ b']],
  ['a\\ ', ['a\\', '']],
])('goes on in the next line only behind a backslash that stands alone at its end: %j', (end, values) => {
  const { assignments } = parse(`[Service]\nExecStart=${end}\nb\nUser=\n`)
  expect(assignments.map(({ value }) => value)).toEqual(values.length > 1 ? values : [...values, ''])
})

it('tells what systemd would leave out', () => {
  const { diagnostics } = parse(
    'User=x\n[Servce]\n[Service]\nPrivatTmp=yes\nUser\n[Unit]\nPrivateTmp=yes\n[X-Own]\na=b\n',
  )
  expect(diagnostics.map(({ code, hint }) => [code, hint])).toEqual([
    ['govern/broken-unit', undefined],
    ['govern/unknown-section', 'did you mean "Service"?'],
    ['govern/unknown-directive', 'did you mean "PrivateTmp"?'],
    ['govern/broken-unit', undefined],
    ['govern/unknown-directive', 'it belongs into [Service]'],
  ])
})

it('knows settings that came after systemd 252', () => {
  const text =
    '[Unit]\nWantsMountsFor=/srv\n[Service]\nMemoryKSM=yes\nBindLogSockets=yes\n[Install]\nUpheldBy=a.service\n'
  expect(parse(text).diagnostics).toEqual([])
})

it('knows the words for yes and no, in any case', () => {
  expect(['1', 'Yes', 'ON', 't', '0', 'off', 'F', 'maybe', ''].map(parseTruth)).toEqual([
    true,
    true,
    true,
    true,
    false,
    false,
    false,
    undefined,
    undefined,
  ])
})

it('keeps quoted blanks together', () => {
  expect(words(`a "b c" 'd e' f`)).toEqual(['a', 'b c', 'd e', 'f'])
})

it('takes any text', () => {
  const line = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('[Service]', '[', 'CapabilityBoundingSet=~', 'SystemCallFilter=@', 'UMask=9', '\\', 'User=\\'),
  )
  fc.assert(
    fc.property(fc.array(line, { maxLength: 20 }), (lines) => {
      readSettings(parse(lines.join('\n')).assignments)
    }),
  )
})
