import { describe, expect, it } from 'vitest'
import { table } from '../../../src/cli/render/table.ts'

const plain = (_: unknown, text: string): string => text

describe('a table', () => {
  it('has its columns under their names, as wide as what is in them', () => {
    expect(
      table(
        [
          { name: 'a', of: 'x' },
          { name: 'long one', of: '' },
        ],
        plain,
      ),
    ).toBe('NAME      OF\na         x\nlong one')
  })

  it('may have other heads', () => {
    expect(table([{ 'process.Name': 'a' }], plain, (name) => name)).toBe('process.Name\na')
  })

  it('shows what would steer a terminal, in heads as in cells', () => {
    const shown = table([{ 'a\u001b[31m': 'b\u001b[0m', c: 'd' }], plain)
    expect(shown).not.toContain('\u001b')
    const [head = '', row = ''] = shown.split('\n')
    expect(head.indexOf('C')).toBe(row.indexOf('d'))
  })

  it('may have more rows than a call has arguments', () => {
    const rows = Array.from({ length: 200_000 }, () => ({ a: 'x' }))
    expect(table(rows, plain).length).toBe(2 * rows.length + 1)
  })
})
