import { expect, test } from 'vitest'
import { digestTag, isMarkTag, markTags, readMark, ruleDigest } from '../../../src/artifact/kibana/mark.ts'

const applied = { interval: '5m', from: 'now-430s', to: 'now', enabled: true }

test('the mark is read back from the tags it is made of, whatever stands between them', () => {
  const tags = ['mine', ...markTags('agents', applied), digestTag('ab12')]
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
  expect(readMark(['detpack', digestTag('ab12')])).toBeUndefined()
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

test('the digest covers what detpack owns, and nothing that a person may tune', () => {
  const rule = { query: 'any where true', enabled: true, interval: '5m', tags: ['mine', 'detpack:pack=agents'] }
  const digest = ruleDigest(rule)
  expect(
    ruleDigest({ ...rule, enabled: false, interval: '1m', exceptions_list: [], tags: ['detpack:pack=agents'] }),
  ).toBe(digest)
  expect(ruleDigest({ ...rule, tags: [...rule.tags, digestTag(digest)] })).toBe(digest)
  expect(ruleDigest({ ...rule, query: 'any where false' })).not.toBe(digest)
  expect(ruleDigest({ ...rule, tags: ['detpack:pack=others'] })).not.toBe(digest)
})
