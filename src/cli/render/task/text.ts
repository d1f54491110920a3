import { printable } from '../../../diagnostic/frame.ts'
import type { Answer } from '../../../prove/task/answer.ts'
import type { Paint, Tone } from '../../terminal.ts'
import { MATRIX_NOTE, type TaskSheet } from './sheet.ts'

/** Columns of a terminal that a sheet keeps to. */
const WIDEST = 120

const TONES: Readonly<Record<Answer['is'], Tone>> = {
  granted: 'good',
  'granted if': 'good',
  alert: 'bad',
  'alert if sent': 'bad',
  'let be': 'warn',
}

export function renderTaskText(sheet: TaskSheet, paint: Paint): string {
  const facts = sheet.facts.flatMap(([name, values]) =>
    beside([[name], values.flatMap((one) => wrapped(one, 104))], [12]),
  )
  const grants = sheet.grants.flatMap(({ id, words, risk }) => {
    return beside([wrapped(id, 22), wrapped(words, 74), risk.flatMap((one) => wrapped(one, 16))], [24, 76])
  })
  const head = `${paint('heading', sheet.name)}  ${paint('quiet', sheet.place)}`
  const parts = [
    `${head}\n${block(facts)}`,
    ...(grants.length === 0 ? [] : [`${paint('place', 'Grants')}\n${block(grants)}`]),
    `${paint('place', 'What it may do, and what would be told')}\n${matrix(sheet, paint)}`,
    paint(
      'quiet',
      wrapped(MATRIX_NOTE, WIDEST - 2)
        .map((line) => `  ${line}`)
        .join('\n'),
    ),
    ...(sheet.letBe.length === 0 ? [] : [`${paint('place', 'Not told')}\n${block(notTold(sheet))}`]),
  ]
  return `${parts.join('\n\n')}\n`
}

function notTold({ letBe }: TaskSheet): string[] {
  return letBe.flatMap((line) => beside([['-'], wrapped(line, WIDEST - 6)], [2]))
}

const WIDTHS = [21, 12, 29] as const

function matrix({ rows }: TaskSheet, paint: Paint): string {
  return rows
    .flatMap(({ capabilities, lines }) => {
      const answers = lines.flatMap(({ is, by, on }) => {
        const said = beside(
          [[is], by.flatMap((one) => wrapped(one, WIDTHS[2] - 1)), wrapped(on.join('; '), 55)],
          WIDTHS.slice(1),
        )
        return said.map((line) => paintStart(line, is, paint))
      })
      return besideLast(capabilities, answers, WIDTHS[0])
    })
    .map((line) => `  ${line}`)
    .join('\n')
}

function paintStart(line: string, is: Answer['is'], paint: Paint): string {
  return line.startsWith(is) ? paint(TONES[is], is) + line.slice(is.length) : line
}

/** The last column may hold colour, so it is not measured. */
function besideLast(first: readonly string[], last: readonly string[], width: number): string[] {
  const height = Math.max(first.length, last.length)
  return Array.from({ length: height }, (_, at) => ((first[at] ?? '').padEnd(width) + (last[at] ?? '')).trimEnd())
}

/** Columns of lines side by side. @param widths of all but the last */
function beside(columns: readonly (readonly string[])[], widths: readonly number[]): string[] {
  const height = Math.max(...columns.map((lines) => lines.length))
  return Array.from({ length: height }, (_, at) =>
    columns
      .map((lines, column) => (lines[at] ?? '').padEnd(widths[column] ?? 0))
      .join('')
      .trimEnd(),
  )
}

function block(lines: readonly string[]): string {
  return lines.map((line) => `  ${line}`).join('\n')
}

/** Text that came from a file, in lines of so many characters at most; a word that is longer is cut. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of printable(text)
    .split(/ +/)
    .flatMap((each) => cut(each, width))) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}

function cut(word: string, width: number): string[] {
  return word.length <= width ? [word] : [word.slice(0, width), ...cut(word.slice(width), width)]
}
