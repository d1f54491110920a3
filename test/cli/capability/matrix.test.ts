import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { MATRIX_FILE, renderMatrix } from '../../../src/cli/capability/markdown.ts'
import { capabilities } from '../../../src/cli/capability/matrix.ts'
import { samples } from '../../../src/cli/capability/samples.ts'

const rows = capabilities()

describe('the capability matrix', () => {
  it(`is what ${MATRIX_FILE} says (else run: node scripts/generate-mappings.mjs)`, () => {
    expect(readFileSync(MATRIX_FILE, 'utf8')).toBe(renderMatrix(rows))
  })

  it('has a line for each sample, each with a name of its own', () => {
    expect(rows.map(({ node }) => node)).toEqual(samples.map(({ node }) => node))
    expect(new Set(rows.map(({ node }) => node)).size).toBe(rows.length)
  })

  it('gives a reason and a way out for whatever a language does not say exactly', () => {
    for (const { node, languages } of rows)
      for (const [language, capability] of Object.entries(languages)) {
        if (capability.is === 'exact') continue
        expect(capability.why, `${node} in ${language}`).not.toBe('')
        expect(capability.instead, `${node} in ${language}`).toBeDefined()
      }
  })

  it('tells what the languages are known not to say', () => {
    const of = (name: string) => rows.find(({ node }) => node === name)?.languages
    expect(of('three steps')).toMatchObject({ eql: { is: 'exact' }, esql: { is: 'refused' }, spl: { is: 'exact' } })
    expect(of('events, at least')).toMatchObject({ eql: { is: 'approximate' }, esql: { is: 'exact' } })
    expect(of('two steps')).toMatchObject({ kql: { is: 'refused' }, lucene: { is: 'refused' } })
  })
})
