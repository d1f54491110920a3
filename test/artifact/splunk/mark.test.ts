import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ownedMacro, readMacroMark, signMacro } from '../../../src/artifact/splunk/macro.ts'
import { ownedSearch, readSearchMark, signSearch, type SearchMark } from '../../../src/artifact/splunk/mark.ts'
import { settingText } from '../../../src/artifact/splunk/setting.ts'

const ANNOTATIONS = 'action.correlationsearch.annotations'
const search = {
  name: 'Detpack - A - Rule',
  search: 'index=main',
  'action.correlationsearch.label': 'Detpack - A - Rule',
  [ANNOTATIONS]: '{"mitre_attack":["T1041"]}',
}
const mark: SearchMark = {
  ...{ pack: 'agents', rule: 'r1', version: 3, digest: 'ab' },
  applied: {
    disabled: '0',
    cron_schedule: '*/5 * * * *',
    'dispatch.earliest_time': '-8m@m',
    'dispatch.latest_time': '-2m@m',
    'alert.suppress.period': '86400s',
  },
}

describe('the mark of a saved search', () => {
  test('lies among its annotations, beside those of others, and is read back', () => {
    const signed = signSearch(search, mark)
    expect(JSON.parse(signed[ANNOTATIONS] as string)).toMatchObject({ mitre_attack: ['T1041'] })
    expect(readSearchMark(signed)).toEqual(mark)
    expect(readSearchMark(search)).toBe(undefined)
  })

  test('is no part of what is owned but for the version, and signing again replaces it', () => {
    const signed = signSearch(search, mark)
    expect(ownedSearch(signed)).toEqual({ ...ownedSearch(search), version: 3 })
    expect(signSearch(signSearch(search, { ...mark, pack: 'old' }), mark)).toEqual(signed)
  })

  test('is not that of a copy under another name', () => {
    expect(readSearchMark({ ...signSearch(search, mark), name: 'Copy' })).toBe(undefined)
  })

  test('whatever stands in annotations and descriptions, it is read without a fault', () => {
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      fc.json().map((value) => `{"detpack":${value}}`),
    )
    fc.assert(
      fc.property(text, fc.jsonValue(), (written, value) => {
        readSearchMark({ ...search, [ANNOTATIONS]: written })
        ownedSearch({ ...search, [ANNOTATIONS]: value as never })
        readMacroMark({ name: 'm', description: `x detpack=${written}` })
      }),
    )
  })
})

describe('the mark of a macro', () => {
  const macro = { name: 'm', definition: 'search *', description: 'What it is for.' }
  const signed = signMacro(macro, { pack: 'agents', digest: 'ab', applied: { definition: 'search *' } })

  test('ends its description, and is read back', () => {
    expect(signed['description']).toMatch(/^What it is for\. detpack=\{/)
    expect(readMacroMark(signed)).toEqual({ pack: 'agents', digest: 'ab', applied: { definition: 'search *' } })
    expect(ownedMacro(signed)).toEqual(ownedMacro(macro))
  })

  test('is none where a description only looks like it', () => {
    expect(readMacroMark({ ...macro, description: 'uses detpack=on' })).toBe(undefined)
    expect(readMacroMark({ ...macro, description: 'x detpack={"pack":1}' })).toBe(undefined)
  })
})

test.each([
  ['disabled', true, '1'],
  ['disabled', 'False', '0'],
  ['alert.suppress', 't', '1'],
  ['some.flag', true, '1'],
  ['description', 'true', 'true'],
  ['alert.severity', 4, '4'],
  ['search', 'a \r\n| b\t\n', 'a\n| b'],
  ['search', null, ''],
])('the setting %s of %j is "%s"', (name, value, text) => {
  expect(settingText(name, value)).toBe(text)
})
