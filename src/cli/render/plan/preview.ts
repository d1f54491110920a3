import { printable } from '../../../diagnostic/frame.ts'
import type { RulePreview } from '../../../target/preview.ts'
import type { Paint } from '../../terminal.ts'
import { plural } from '../plural.ts'

/** What each rule would have found, the most first, with what the target says of it. */
export function renderPreviews(previews: readonly RulePreview[], time: string, paint: Paint): string {
  if (previews.length === 0) return 'no rule changes: nothing to preview\n'
  const lines = [...previews]
    .sort((a, b) => (b.alerts ?? -1) - (a.alerts ?? -1))
    .flatMap(({ title, alerts, errors, warnings }) => [
      `${(alerts === null ? '?' : plural(alerts, 'alert')).padStart(12)}  ${printable(title)}`,
      ...errors.map((text) => `${' '.repeat(14)}${paint('bad', `error: ${printable(text)}`)}`),
      ...warnings.map((text) => `${' '.repeat(14)}${paint('warn', `warning: ${printable(text)}`)}`),
    ])
  const unknown = previews.some(({ alerts }) => alerts === null)
  const why = unknown ? ['? not counted: that takes the address of Elasticsearch and a key that reads the preview'] : []
  return `${[`in the last ${time}, as Kibana runs them:`, ...lines, ...why].join('\n')}\n`
}
