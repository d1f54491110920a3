import { expect, test } from 'vitest'
import { isMarkTag, markTags, ownedContent, readMark } from '../../../src/artifact/kibana/mark.ts'

const applied = { interval: '5m', from: 'now-430s', to: 'now', enabled: true }

test('the mark is read back from the tags it is made of, whatever stands between them', () => {
  const tags = ['mine', ...markTags({ pack: 'agents', digest: 'ab12', applied })]
  expect(tags).toEqual([
    'mine',
    'detpack',
    'detpack:pack=agents',
    'detpack:applied=5m|now-430s|now|on',
    'detpack:sha256:ab12',
  ])
  expect(readMark(tags.toReversed())).toEqual({ pack: 'agents', digest: 'ab12', applied })
})

test('without a pack there is no mark; a broken part of it is as good as absent', () => {
  expect(readMark(['detpack', 'detpack:sha256:ab12'])).toBeUndefined()
  expect(readMark(['detpack:pack=agents', 'detpack:applied=5m'])).toEqual({
    pack: 'agents',
    digest: null,
    applied: null,
  })
})

test('a tag that merely begins like the mark is not ours', () => {
  expect(isMarkTag('detpack-lovers')).toBe(false)
  expect(isMarkTag('detpack:anything')).toBe(true)
})

test('what is owned holds nothing that a person may tune, and nothing that Kibana filled in', () => {
  const rule = { query: 'any where true', enabled: true, interval: '5m', tags: ['mine'] }
  expect(ownedContent(rule)).toEqual({ query: 'any where true' })
  expect(ownedContent({ ...rule, note: '', references: [], license: '', exceptions_list: ['x'] })).toEqual({
    query: 'any where true',
  })
  expect(ownedContent({ required_fields: [{ name: 'a', type: 'keyword', ecs: true }] })).toEqual({
    required_fields: [{ name: 'a', type: 'keyword' }],
  })
})
