import { expect, test } from 'vitest'
import { contentDigest } from '../../../src/event/canonical.ts'
import { localRule } from '../../../src/artifact/local/local-rule.ts'
import { text } from '../../../src/ir/pattern.ts'
import { field } from '../../../src/ir/predicate.ts'
import { correlation, duration, eventRule, key, ordered, programOf, source } from '../rule-fixture.ts'

const item = { source, start: 0, end: 5 }
const read = eventRule('file_read', {
  where: field('event.action', { is: 'text', pattern: [text('file_read')], cased: true }, item, item),
  alone: false,
})
const rule = correlation(ordered(), { group: [key('object', { file_read: 'a', network_send: 'b' })] })

test('a local rule carries its text and its whole meaning, the rules it stands on first', () => {
  const artifact = localRule(rule, programOf(read, rule), 'ecs')
  if (artifact.kind === 'refused') throw new Error('refused')
  const { digest, ...content } = artifact.rule
  expect(content).toMatchObject({
    rule: rule.id,
    title: 'Read, then sent',
    version: 3,
    level: 'high',
    enabled: true,
    mapping: 'ecs',
  })
  expect(content.source).toBe(source.text)
  expect(content.meaning).toMatchObject([
    { id: 'file_read', kind: 'event', where: { op: 'test', test: { is: 'text' } } },
    { id: 'network_send', kind: 'event' },
    {
      kind: 'correlation',
      timespan: 10_000,
      group: [{ name: 'object', fieldOf: { file_read: 'a', network_send: 'b' } }],
    },
  ])
  expect(JSON.stringify(content)).not.toContain('"span"')
  expect(JSON.stringify(content)).not.toContain('"item"')
  expect(digest).toBe(contentDigest(content))
})

test('another meaning is another digest, though the text be the same', () => {
  const one = localRule(rule, programOf(rule), 'ecs')
  const other = localRule({ ...rule, timespan: duration('11s') }, programOf(rule), 'ecs')
  if (one.kind === 'refused' || other.kind === 'refused') throw new Error('refused')
  expect(other.rule.source).toBe(one.rule.source)
  expect(other.rule.digest).not.toBe(one.rule.digest)
})

test('a retired rule is not kept', () => {
  const artifact = localRule({ ...rule, status: 'deprecated' }, programOf(rule), 'ecs')
  expect(artifact).toMatchObject({ kind: 'refused', diagnostics: [{ code: 'artifact/retired' }] })
})
