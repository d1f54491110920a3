/** Words of EQL's grammar; as a part of a field's name they need backticks. */
const KEYWORDS = new Set(
  'and any by false in like maxspan not null of or regex runs sample sequence true until where with'.split(' '),
)

/**
 * A field as EQL names it: parts that are no plain identifiers stand in backticks. `optional` puts the `?` before it
 * that makes a field without a mapping absent instead of an error.
 */
export function eqlField(name: string, optional = false): string {
  const parts = name.split('.')
  const quoted = parts.includes('') ? quote(name) : parts.map(part).join('.')
  return (optional ? '?' : '') + quoted
}

function part(name: string): string {
  return /^[A-Za-z_@][A-Za-z0-9_]*$/.test(name) && !KEYWORDS.has(name.toLowerCase()) ? name : quote(name)
}

function quote(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``
}

const ESCAPES: Readonly<Record<string, string>> = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** A text in double quotes; control characters by number. */
export function eqlText(text: string): string {
  const escaped = text.replace(
    /["\\\u0000-\u001f\u007f]/g,
    (found) => ESCAPES[found] ?? `\\u{${found.charCodeAt(0).toString(16).padStart(2, '0')}}`,
  )
  return `"${escaped}"`
}

/** A number in EQL's grammar; undefined for one that JavaScript writes with an exponent or cannot hold exactly. */
export function eqlNumber(value: number): string | undefined {
  if (Number.isInteger(value)) return Number.isSafeInteger(value) ? String(value) : undefined
  const text = String(value)
  return /^-?\d+\.\d+$/.test(text) ? text : undefined
}
