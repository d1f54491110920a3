import type { Language } from '../../backend/backend.ts'
import { languageTitle } from '../../backend/refusal.ts'
import { mark } from './mark.ts'
import type { CapabilityRow } from './matrix.ts'

/** The file of the matrix, in the repository. */
export const MATRIX_FILE = 'docs/capabilities.md'

const HEAD = `# What each language can say

Made by compiling a small rule for each line (\`node scripts/generate-mappings.mjs\`); a test fails when it no longer holds.
\`detpack list backends --format json\` gives the same with every reason. What no language says, the target \`local\` runs.

- **exact**: the query finds the alerts that the rule means, no more and no less.
- **approx.**: only when the rule accepts it (\`detpack: accept\`), with a reason and a last day.
- **–**: refused, at its place in the rule.
`

const languages = Object.keys(languageTitle) as readonly Language[]

export function renderMatrix(rows: readonly CapabilityRow[]): string {
  const parts = [...new Set(rows.map((row) => row.of))].map((of) => part(of, rows))
  return [HEAD, ...parts].join('\n')
}

function part(of: CapabilityRow['of'], rows: readonly CapabilityRow[]): string {
  const own = rows.filter((row) => row.of === of)
  const cells = [
    [titles[of], ...languages.map((language) => languageTitle[language])],
    ...own.map((row) => [row.node, ...languages.map((language) => mark(row.languages[language]))]),
  ]
  const reasons = new Map<string, string[]>()
  for (const row of own)
    for (const language of languages) {
      const { is, ...told } = row.languages[language]
      if (is === 'exact' || !('why' in told)) continue
      const line = `${languageTitle[language]}${is === 'approximate' ? ', approximately' : ''}: ${told.why}`
      reasons.set(line, [...(reasons.get(line) ?? []), row.node])
    }
  const notes = [...reasons].map(
    ([line, nodes]) => `- ${line} (${nodes.length === own.length ? 'all' : nodes.join('; ')})`,
  )
  return [`## ${titles[of]}\n`, aligned(cells), '', ...notes, ''].join('\n').replaceAll('ES|QL', 'ES\\|QL')
}

const titles = { events: 'Single events', chains: 'Chains', 'counts and sets': 'Counts and sets' } as const

function aligned([head = [], ...rows]: readonly (readonly string[])[]): string {
  const shown = (cell: string): number => cell.replaceAll('ES|QL', 'ES\\|QL').length
  const widths = head.map((cell, at) => Math.max(shown(cell), ...rows.map((row) => shown(row[at] ?? ''))))
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, at) => cell.padEnd((widths[at] ?? 0) - shown(cell) + cell.length)).join(' | ')} |`
  return [line(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rows.map(line)].join('\n')
}
