import { describe, expect, it } from 'vitest'
import { error } from '../../src/diagnostic/diagnostic.ts'
import { place, printable, renderDiagnostic } from '../../src/diagnostic/frame.ts'
import { Source } from '../../src/diagnostic/source.ts'

function frame(text: string, start: number, end: number): string[] {
  return renderDiagnostic(error('a/b', 'wrong', { source: new Source('f', text), start, end }))
    .split('\n')
    .slice(1)
}

describe('a code frame', () => {
  it('shows place, line, caret, hint and notes', () => {
    const source = new Source('rule.yml', 'one\ntwo three')
    const span = { source, start: 8, end: 13 }
    const notes = [{ message: 'first here', span: { source, start: 0, end: 3 } }]
    expect(renderDiagnostic(error('a/b', 'wrong', span, { hint: 'write two', notes }))).toBe(
      [
        'rule.yml:2:5: error[a/b]: wrong',
        '  2 | two three',
        '    |     ^^^^^',
        '  hint: write two',
        '  note: rule.yml:1:1: first here',
      ].join('\n'),
    )
    expect(place(span)).toBe('rule.yml:2:5')
  })

  it('ends the caret with the line, and has one where nothing is', () => {
    expect(frame('ab\ncd', 1, 5)).toEqual(['  1 | ab', '    |  ^'])
    expect(frame('ab\r\ncd', 0, 4)).toEqual(['  1 | ab', '    | ^^'])
    expect(frame('ab', 2, 2)).toEqual(['  1 | ab', '    |   ^'])
    expect(frame('ab', 50, 60)).toEqual(['  1 | ab', '    |   ^'])
  })

  it('puts the caret under wide characters', () => {
    expect(frame('漢字 x', 3, 4)).toEqual(['  1 | 漢字 x', '    |      ^'])
    expect(frame('漢字', 0, 2)).toEqual(['  1 | 漢字', '    | ^^^^'])
    expect(frame('\u{1f600} x', 3, 4)).toEqual(['  1 | \u{1f600} x', '    |    ^'])
    expect(frame('e\u0301x', 2, 3)).toEqual(['  1 | e\u0301x', '    |  ^'])
  })

  it('cuts a long line around the place', () => {
    const [line = '', caret = ''] = frame(`${'a'.repeat(1000)}X${'b'.repeat(1000)}`, 1000, 1001)
    expect(line.length).toBeLessThan(200)
    expect(line[caret.indexOf('^')]).toBe('X')
  })

  it('lets no escape sequence through', () => {
    expect(printable('a\u001b[31mb\u202ec\td')).toBe('a\ufffd[31mb\ufffdc d')
  })

  it('keeps text from outside on its line, the name of the file too', () => {
    expect(printable('/tmp/x\nHIGH  all is well\u2028y')).toBe('/tmp/x\ufffdHIGH  all is well\ufffdy')
    expect(place({ source: new Source('a\n\u001b[2J.yml', 'x'), start: 0, end: 1 })).toBe('a\ufffd\ufffd[2J.yml:1:1')
  })
})
