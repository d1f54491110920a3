import type { Json } from '../../event/field.ts'

/** Settings that are yes or no. */
const FLAGS: ReadonlySet<string> = new Set([
  'disabled',
  'is_scheduled',
  'realtime_schedule',
  'alert.digest_mode',
  'alert.suppress',
  'alert.track',
  'action.correlationsearch.enabled',
  'action.risk.param.verbose',
  'iseval',
])

/** A setting in one normal form: Splunk types some answers, trims lines, and knows several words for yes. */
export function settingText(name: string, value: Json | undefined): string {
  if (value === undefined || value === null) return ''
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  const lines = text.replace(/\r\n?/g, '\n').replace(/[ \t]+$/gm, '')
  if (typeof value !== 'boolean' && !FLAGS.has(name)) return lines.trim()
  const word = lines.trim().toLowerCase()
  return /^(1|t|true|y|yes)$/.test(word) ? '1' : /^(0|f|false|n|no)$/.test(word) ? '0' : word
}
