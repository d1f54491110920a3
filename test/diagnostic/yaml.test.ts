import { describe, expect, it } from 'vitest'
import { Source } from '../../src/diagnostic/source.ts'
import { parseYaml, spanWithin, type Node } from '../../src/diagnostic/yaml.ts'

function parse(text: string) {
  const { documents, diagnostics } = parseYaml(new Source('f.yml', text))
  return {
    roots: documents.map((one) => one.root && plain(one.root)),
    problems: diagnostics.map((one) => [one.code, one.span?.source.text.slice(one.span.start, one.span.end)]),
  }
}

function plain(node: Node): unknown {
  switch (node.kind) {
    case 'scalar':
      return node.value
    case 'list':
      return node.items.map(plain)
    case 'map':
      return node.entries.map(({ key, value }) => [key.text, plain(value)])
  }
}

describe('YAML', () => {
  it('reads values by the core schema of 1.2', () => {
    const text = '[1, 1.5, 0x10, true, yes, null, ~, "1", 2024-01-01, 1e999, 12345678901234567890]'
    const values = [1, 1.5, 16, true, 'yes', null, null, '1', '2024-01-01', '1e999', '12345678901234567890']
    expect(parse(text).roots).toEqual([values])
  })

  it('keeps how a value was written', () => {
    const [document] = parseYaml(new Source('f', '[010, "1.0"]')).documents
    const items = document?.root?.kind === 'list' ? document.root.items : []
    expect(items).toMatchObject([
      { text: '010', value: 10, quoted: false },
      { text: '1.0', value: '1.0', quoted: true },
    ])
  })

  it('places parts of a text, or the whole where it is written with escapes', () => {
    const source = new Source('f', '- "ab c"\n- "a\\tb"')
    const root = parseYaml(source).documents[0]?.root
    const places = (root?.kind === 'list' ? root.items : []).map((item) => {
      if (item.kind !== 'scalar') throw new Error('not a scalar')
      const { start, end } = spanWithin(item, 1, 3)
      return source.text.slice(start, end)
    })
    expect(places).toEqual(['b ', '"a\\tb"'])
  })

  it('goes on behind a document that cannot be read', () => {
    const { roots, problems } = parse('a: [\n---\nb: 1')
    expect(roots.at(-1)).toEqual([['b', 1]])
    expect(problems[0]?.[0]).toBe('yaml/syntax')
  })

  it('copies an alias with the place where it stands', () => {
    expect(parse('a: &x [1]\nb: *x').roots).toEqual([
      [
        ['a', [1]],
        ['b', [1]],
      ],
    ])
    expect(parse('a: &x 1\nb: &x 2\nc: *x').roots).toEqual([
      [
        ['a', 1],
        ['b', 2],
        ['c', 2],
      ],
    ])
  })

  it.each([
    ['a: 1\nb: 2\na: 3', 'yaml/duplicate-key', 'a'],
    ['x: &x {a: 1}\ny: {<<: *x}', 'yaml/merge-key', '<<'],
    ['? [a]\n: 1', 'yaml/key', '[a]'],
    ['a: *b', 'yaml/syntax', '*b'],
    ['&a [*a]', 'yaml/syntax', '*a'],
    [`${'['.repeat(200)}${']'.repeat(200)}`, 'yaml/too-deep', undefined],
    ['['.repeat(5000), 'yaml/too-deep', '['],
    [`${'- '.repeat(5000)}a`, 'yaml/too-deep', '-'],
    [Array.from({ length: 3000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'), 'yaml/too-deep', 'a'],
    [
      `a0: &a0 [1, 1]\n${Array.from({ length: 40 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]`).join('\n')}`,
      'yaml/too-large',
      undefined,
    ],
  ])('refuses %.30j', (text, code, at) => {
    const { roots, problems } = parse(text)
    expect(problems[0]?.[0]).toBe(code)
    if (at !== undefined) expect(problems[0]?.[1]).toBe(at)
    expect(roots.every((root) => root === undefined)).toBe(true)
  })

  it('reads CRLF, a byte order mark, and nothing', () => {
    expect(parse('a: 1\r\nb: |\r\n  x\r\n').roots).toEqual([
      [
        ['a', 1],
        ['b', 'x\n'],
      ],
    ])
    expect(parse('\ufeffa: 1').roots).toEqual([[['a', 1]]])
    expect(parse('').roots.filter((root) => root !== undefined)).toEqual([])
  })
})
