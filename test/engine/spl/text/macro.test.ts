import { describe, expect, test } from 'vitest'
import { Source } from '../../../../src/diagnostic/source.ts'
import { parseMacros } from '../../../../src/engine/spl/text/macro.ts'
import { column, told } from '../searched.ts'

const conf = `# of a pack
[events]
definition = index=main kind=read

[of(1)]
args = who
definition = user="$who$" \\
| eval by="$who$"
iseval = 0

[between(2)]
args = low, high
definition = (n>=$low$ n<=$high$)

[twice]
definition = \`events\` \`events\`

[endless]
definition = \`endless\`
`
const { macros } = parseMacros(new Source('macros.conf', conf))
const events = [
  { n: 1, kind: 'read', user: 'alice' },
  { n: 2, kind: 'read', user: 'bob, jr' },
  { n: 3, kind: 'write', user: 'alice' },
]

describe('a macro', () => {
  test('stands for its definition', () => {
    expect(column('n', '`events`', events, { macros })).toEqual([2, 1])
    expect(column('n', '`events` | search `between(2, 3)`', events, { macros })).toEqual([2])
    expect(column('by', '`of("bob, jr")`', events, { macros })).toEqual(['bob, jr'])
    expect(column('n', '`twice`', events, { macros })).toEqual([2, 1])
    expect(column('n', '"`events`" OR n=3', events, { macros })).toEqual([3])
  })
  test('has its mistakes told at its call', () => {
    expect(told('`event`', [], { macros })).toEqual([
      '1:1 spl/unknown-macro the macro "event" is not known (did you mean "events"?)',
    ])
    expect(told('`of`', [], { macros })).toEqual([
      '1:1 spl/macro the macro "of" with 0 arguments is not known (known: of(1))',
    ])
    expect(told('* | `endless`', [], { macros })).toEqual([
      '1:5 spl/macro macros inside macros, more than 20 deep (does one call itself?)',
    ])
    expect(told('a=1 | where n>0\n `between(1, ")` | x', [], { macros })).toHaveLength(1)
    expect(told('* | where `of(x)`', [], { macros })).toEqual([])
    expect(told('* | sort `of(x)`', [], { macros })).toEqual([
      '1:10 spl/unknown-option "sort" has no option "user" (known: limit)',
    ])
    expect(told('`events')).toEqual(['1:1 spl/syntax a macro that is not closed (close it with `)'])
    expect(told('```x')).toEqual(['1:1 spl/syntax a comment that is not closed (close it with ```)'])
  })
  test('that grows without bounds is refused', () => {
    const grown = new Map(
      Array.from({ length: 15 }, (_, at) => [`m${at}`, { args: [], definition: `\`m${at + 1}\``.repeat(4) }]),
    )
    grown.set('m15', { args: [], definition: '' })
    const long = new Map([['m', { args: [], definition: 'x'.repeat(1_000_001) }]])
    expect(told('`m`', [], { macros: long })).toEqual(['1:1 spl/macro macros expand to more than a million characters'])
    expect(told('`m0`', [], { macros: grown })).toEqual(['1:1 spl/macro macros expand to more than 10000 others'])
  })
})

test('what is no setting of a stanza is told', () => {
  const told = (text: string) =>
    parseMacros(new Source('macros.conf', text)).diagnostics.map(({ code, message }) => `${code} ${message}`)
  expect(told('definition = x')).toEqual(['spl/macros this is no stanza and no setting of one'])
  expect(told('[a]\nnonsense')).toEqual(['spl/macros this is no stanza and no setting of one'])
  expect(told('[a]\niseval = 1')).toEqual(['spl/macros a macro whose definition is an eval expression is not run here'])
})
