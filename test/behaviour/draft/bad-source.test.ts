import { describe, expect, test } from 'vitest'
import { Source } from '../../../src/diagnostic/source.ts'
import { FROM } from './drafting.ts'

describe('what is no such source is refused at its place', () => {
  test.each([
    ['mcp', '{"tools": [', 'behaviour/draft-json'],
    ['mcp', '{"tools": 5}', 'behaviour/draft-source'],
    ['mcp', '[{"title": "no name"}]', 'behaviour/draft-source'],
    ['claude', '[]', 'behaviour/draft-source'],
    ['claude', '{"model": "x"}', 'behaviour/draft-source'],
    ['skill', '# no head', 'behaviour/draft-source'],
    ['skill', '---\n- a\n---\n', 'behaviour/draft-source'],
    ['paths', 'ro\n', 'behaviour/draft-source'],
    ['paths', 'wr /tmp\n', 'behaviour/draft-source'],
    ['paths', 'connect https\n', 'behaviour/draft-source'],
  ])('%s: %s', (format, text, code) => {
    const drafted = FROM[format]?.(new Source('x', text))
    expect(drafted).toMatchObject({ diagnostics: [{ code, severity: 'error', span: { source: { name: 'x' } } }] })
  })

  test('a mistake in the head of a skill stands at its place in the file', () => {
    const drafted = FROM['skill']?.(new Source('SKILL.md', '---\nname: a\nname: b\n---\n'))
    if (drafted === undefined || 'draft' in drafted) throw new Error('no mistake')
    const { span } = drafted.diagnostics[0] ?? {}
    expect(span?.source.position(span.start).line).toBe(3)
  })
})
