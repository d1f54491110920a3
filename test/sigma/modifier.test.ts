import { describe, expect, it } from 'vitest'
import { codes, HEAD, meaning, pointed, read } from './reading.ts'

describe('modifiers', () => {
  it.each([
    ['f: x', 'f ~ "x"'],
    ["f: ''", 'f ~ ""'],
    ['f: null', 'f is null'],
    ['f: 4624', 'f = 4624'],
    ["f: '4624'", 'f ~ "4624"'],
    ['f: true', 'f = true'],
    ['f: [a, null]', 'f ~ "a" or f is null'],
    ['f|contains: x', 'f ~ *"x"*'],
    ['f|startswith: x', 'f ~ "x"*'],
    ['f|endswith: 4624', 'f ~ *"4624"'],
    ['f|contains|all: [a, b]', 'f ~ *"a"* and f ~ *"b"*'],
    ['f|cased: x', 'f = "x"'],
    ['f|neq: x', 'not f ~ "x"'],
    ['f|neq: [1, 2]', 'not (f = 1 or f = 2)'],
    ['f|exists: true', 'f exists'],
    ['f|exists: false', 'f is absent'],
    ['f|lt: 1.5', 'f lt 1.5'],
    ['f|gte: -3', 'f gte -3'],
    ['f|cidr: 10.0.0.0/8', 'f in 10.0.0.0/8'],
    ['f|cidr: 192.0.2.7', 'f in 192.0.2.7/32'],
    ["f|cidr: '2001:db8::/33'", 'f in 2001:db8::/33'],
    ["f|re: 'a.*b'", 'f matches /a.*b/'],
    ["f|re|i|m|s: 'a\\*'", 'f matches /a\\*/ims'],
    ['f|fieldref: g', 'f equals field g'],
    ['f|fieldref|neq: g', 'not f equals field g'],
    ['f|fieldref|startswith|cased: g', 'f startswith cased field g'],
    ['f|hour: 3', 'f at hour 3'],
    ['f|hour|gt: 21', 'f at hour 22 or f at hour 23'],
    ['f|year: 2024', 'f at year 2024'],
    ['f|base64: cmd', 'f ~ "Y21k"'],
    ['f|wide|base64: cmd', 'f ~ "YwBtAGQA"'],
    ['f|utf16be|base64: cmd', 'f ~ "AGMAbQBk"'],
    ['f|utf16|base64: cmd', 'f ~ "//5jAG0AZAA="'],
    ['f|wide|contains: ab', 'f ~ *"a\\u0000b\\u0000"*'],
    ['f|base64offset|contains: foobar', 'f ~ *"Zm9vYmFy"* or f ~ *"Zvb2Jhc"* or f ~ *"mb29iYX"*'],
  ])('%s', (selection, wanted) => {
    expect(meaning(selection)).toBe(wanted)
  })

  it('searches keywords in the whole message', () => {
    expect(meaning('- one\n- 2')).toBe('<message> ~ *"one"* or <message> ~ *"2"*')
    expect(meaning("'|all': [one, two]")).toBe('<message> ~ *"one"* and <message> ~ *"two"*')
  })

  it('joins a map by and, a list of maps by or', () => {
    expect(meaning('- {a: 1, b: 2}\n- c: 3')).toBe('(a = 1 and b = 2) or c = 3')
  })

  it('exchanges the dash of an option for the five that Windows takes, both ways', () => {
    const wanted = ['-', '/', '–', '—', '―'].map((dash) => `f ~ *" ${dash}x file-name a/b"*`).join(' or ')
    expect(meaning("f|contains|windash: ' -x file-name a/b'")).toBe(wanted)
    expect(meaning("f|windash|contains: ' —x file-name a/b'")).toBe(wanted)
  })

  it.each([
    ['f|contians: x', 'sigma/unknown-modifier', 'contians'],
    ['f|: x', 'sigma/unknown-modifier', ''],
    ['f|contains|contains: x', 'sigma/repeated-modifier', 'contains'],
    ['f|i: x', 'sigma/modifier-order', 'i'],
    ['f|contains|fieldref: x', 'sigma/modifier-order', 'fieldref'],
    ['f|re|cidr: x', 'sigma/modifier-combination', 'cidr'],
    ['f|re|contains: x', 'sigma/modifier-combination', 'contains'],
    ['f|re|cased: x', 'sigma/modifier-combination', 'cased'],
    ['f|contains|endswith: x', 'sigma/modifier-combination', 'endswith'],
    ['f|exists|neq: true', 'sigma/modifier-combination', 'neq'],
    ["'|gt': 3", 'sigma/modifier-combination', 'gt'],
    ['f|all: x', 'sigma/all-single-value', 'all'],
    ['f|contains: null', 'sigma/modifier-value', 'null'],
    ['f|contains: true', 'sigma/modifier-value', 'true'],
    ['f|exists: yes', 'sigma/modifier-value', 'yes'],
    ["f|lt: '5'", 'sigma/modifier-value', "'5'"],
    ['f|cidr: 10.0.0.1/8', 'sigma/modifier-value', '10.0.0.1/8'],
    ['f|cidr: 10/8', 'sigma/modifier-value', '10/8'],
    ['f|hour: 24', 'sigma/modifier-value', '24'],
    ['f|year|gt: 2020', 'sigma/modifier-value', '2020'],
    ["f|re: 'a(?=b)'", 'sigma/regex', "'a(?=b)'"],
    ["f|re: '(a'", 'sigma/regex', "'(a'"],
    ["f|base64: 'a*'", 'sigma/encoded-wildcard', "'a*'"],
    ['f|utf16|contains: a', 'sigma/encoding', 'a'],
    ['f|utf16: a', 'sigma/encoding', 'a'],
    ["f|windash: '-a -b -c -d -e -f'", 'sigma/too-large', "'-a -b -c -d -e -f'"],
    ['f: []', 'sigma/empty', '[]'],
    ['f: {g: 1}', 'sigma/wrong-type', '{g: 1}'],
  ])('refuses %s', (selection, code, at) => {
    const { diagnostics, rules } = read(`${HEAD}detection:\n  s:\n    ${selection}\n  condition: s`)
    expect(rules).toEqual([])
    expect(codes(diagnostics)).toEqual([code])
    expect(pointed(diagnostics[0])).toBe(at)
  })

  it('warns of base64offset without contains', () => {
    const { diagnostics } = read(`${HEAD}detection:\n  s: {f|base64offset: foo}\n  condition: s`)
    expect(codes(diagnostics)).toEqual(['sigma/base64offset-whole'])
  })
})

describe('expand', () => {
  const placeholders = new Map([['who', ['root', 'adm*']]])

  it('puts every value in the place of a name', () => {
    expect(meaning('f|expand: x%who%', { placeholders })).toBe('f ~ "xroot" or f ~ "xadm"*')
    expect(meaning("f|contains|expand: '%who%'", { placeholders })).toBe('f ~ *"root"* or f ~ *"adm"*')
  })

  it('takes an escaped percent sign as plain', () => {
    expect(meaning("f|expand: '\\%who%who%'", { placeholders })).toBe('f ~ "%whoroot" or f ~ "%whoadm"*')
  })

  it('leaves percent signs alone without the modifier', () => {
    expect(meaning("f: '%who%'", { placeholders })).toBe('f ~ "%who%"')
  })

  it('refuses a name without values', () => {
    expect(meaning("f|expand: '%whom%'", { placeholders })).toBe('sigma/unresolved-placeholder')
  })
})
