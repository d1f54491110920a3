import { describe, expect, it } from 'vitest'
import { parseSigma, Source } from '../../src/sigma/index.ts'
import { codes, HEAD, pointed, read, rule } from './reading.ts'

const BODY = 'detection:\n  s: {f: 1}\n  condition: s\n'

describe('documents', () => {
  it.each([
    ['status: stabel', 'sigma/status', 'stabel'],
    ['level: severe', 'sigma/level', 'severe'],
    ['date: 2023/10/01', 'sigma/date', '2023/10/01'],
    ['modified: 2023-02-30', 'sigma/date', '2023-02-30'],
    ['id: my-rule', 'sigma/id', 'my-rule'],
    ['tags: [Attack.T1]', 'sigma/tag', 'Attack.T1'],
    ['tags: {a: b}', 'sigma/wrong-type', '{a: b}'],
    ['related: [{id: x, type: cousin}]', 'sigma/related', 'cousin'],
    [`name: ${'n'.repeat(300)}`, 'sigma/too-long', 'n'.repeat(300)],
    ['falsepositive: [x]', 'sigma/unknown-attribute', 'falsepositive'],
    ['correlation: {type: temporal}', 'sigma/document-kind', 'correlation'],
    ['detpack: {verison: 1}', 'sigma/unknown-key', 'verison'],
    ['detpack: {steps: []}', 'sigma/ordered-only', 'steps'],
  ])('says what is wrong with %.40s', (line, code, at) => {
    const { diagnostics } = read(`${HEAD}${BODY}${line}`)
    expect(codes(diagnostics)).toContain(code)
    expect(pointed(diagnostics.find((one) => one.code === code))).toBe(at)
  })

  it.each([
    [`logsource: {product: x}\n${BODY}`, 'sigma/missing-key'],
    [`title: [x]\nlogsource: {product: x}\n${BODY}`, 'sigma/wrong-type'],
    [`title: t\n${BODY}`, 'sigma/missing-key'],
    [`title: t\nlogsource: {}\n${BODY}`, 'sigma/empty'],
    [`title: t\nlogsource: {produkt: linux}\n${BODY}`, 'sigma/unknown-attribute'],
    [`${HEAD}detection:\n  condition: s`, 'sigma/empty'],
    [`${HEAD}detection:\n  s: {f: 1}`, 'sigma/missing-key'],
    [HEAD, 'sigma/missing-key'],
    ['- a list', 'sigma/wrong-type'],
  ])('refuses %.40j', (text, code) => {
    const { diagnostics, rules } = read(text)
    expect(codes(diagnostics)).toContain(code)
    expect(rules).toEqual([])
  })

  it('allows own attributes', () => {
    expect(read(`${HEAD}${BODY}simulation: {type: x}\nregression_tests_path: y`).diagnostics).toEqual([])
  })

  it('leaves the second of two rules with one id out, and shows the first', () => {
    const id = 'id: 929a690e-bef0-4204-a928-ef5e620d6fcc\n'
    const { diagnostics, rules } = read(`${HEAD}${id}${BODY}---\n${HEAD}${id.toUpperCase().replace('ID', 'id')}${BODY}`)
    expect(codes(diagnostics)).toEqual(['sigma/duplicate-id'])
    expect(diagnostics[0]?.notes?.[0]?.span.start).toBe(HEAD.length + 4)
    expect(rules).toHaveLength(1)
  })

  it('leaves the second of two rules with one name out', () => {
    const second = rule('a').replace('title: a', 'title: b\nid: 929a690e-bef0-4204-a928-ef5e620d6fcc')
    expect(codes(read(`${rule('a')}---\n${second}`).diagnostics)).toEqual(['sigma/duplicate-name'])
  })

  it('goes on behind a broken document', () => {
    const { diagnostics, rules } = read(`title: [\n---\n${rule('a')}`)
    expect(codes(diagnostics)).toContain('yaml/syntax')
    expect(rules.map((one) => one.name)).toEqual(['a'])
  })

  it('gives the tree of each document to other tools', () => {
    const { documents } = parseSigma(new Source('rule.yml', `${HEAD}detection:\n  s: {f|contains: x}\n  condition: s`))
    expect(documents[0]).toMatchObject({
      kind: 'rule',
      detection: {
        selections: [{ name: { text: 's' }, body: { of: [{ field: 'f', modifiers: [{ text: 'contains' }] }] } }],
      },
    })
  })
})

describe('collections', () => {
  it('add what is global to each rule until it is reset', () => {
    const text = `action: global\nlogsource: {product: linux}\n---\ntitle: a\n${BODY}---\naction: reset\n---\ntitle: b\n${BODY}`
    const { rules, diagnostics } = read(text)
    expect(rules.map((one) => one.title)).toEqual(['a'])
    expect(codes(diagnostics)).toEqual(['sigma/missing-key'])
  })

  it('repeat the document before with changes', () => {
    const text = `${HEAD}${BODY}---\naction: repeat\ntitle: u\nlogsource: {service: sshd}`
    expect(read(text).rules).toMatchObject([
      { title: 't' },
      { title: 'u', logsource: { product: 'linux', service: 'sshd' } },
    ])
  })

  it.each(['action: repaet\n', 'action: repeat\n'])('refuse %j', (text) => {
    expect(codes(read(text).diagnostics)).toEqual(['sigma/action'])
  })
})
