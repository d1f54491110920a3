import { printable } from '../../../diagnostic/frame.ts'
import { MATRIX_NOTE, type TaskSheet } from './sheet.ts'

/** For a pull request or a page of an audit: the same as the text, in GitHub Flavored Markdown. */
export function renderTaskMarkdown({ name, place, facts, grants, rows, letBe }: TaskSheet): string {
  const parts = [
    `## ${literal(name)}`,
    literal(place),
    facts.map(([fact, values]) => `- **${fact}**: ${values.map(literal).join('; ')}`).join('\n'),
    ...(grants.length === 0
      ? []
      : [
          '### Grants',
          table(
            ['Grant', 'In words', 'Risk'],
            grants.map(({ id, words, risk }) => [id, words, risk.join(', ')]),
          ),
        ]),
    '### What it may do, and what would be told',
    table(
      ['Capability', 'Answer', 'By', 'On'],
      rows.flatMap(({ capabilities, lines }) =>
        lines.map(({ is, by, on }) => [capabilities.join(', '), is, by.join(', '), on.join('; ')]),
      ),
    ),
    literal(MATRIX_NOTE),
    ...(letBe.length === 0 ? [] : ['### Not told', letBe.map((line) => `- ${literal(line)}`).join('\n')]),
  ]
  return `${parts.join('\n\n')}\n`
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map((cells) => line(cells.map(literal)))].join('\n')
}

/** Text of a file as nothing but text: no markup, no HTML, no link that somebody did not write as one. */
function literal(text: string): string {
  return printable(text)
    .replace(/[\\`*_[\]<>|~&@$]/g, '\\$&')
    .replace(/:\/\//g, ':\\/\\/')
    .replace(/\bwww\./gi, (start) => `${start.slice(0, -1)}\\.`)
}
