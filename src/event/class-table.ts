import { type PathPattern, parsePathPattern } from './path-pattern.ts'
import type { ResourceTable } from './resource.ts'

/**
 * The classes of objects as the sensor reads them: lines of fields with a tab between them, `detpack-classes 1` first.
 * Classes are numbered from 1, the highest. What a pattern or a name cannot hold (a tab, a line end) is given as the
 * texts that it was found in, and there is no table then.
 */
export function renderClassTable(
  table: ResourceTable,
): { readonly text: string } | { readonly refused: readonly string[] } {
  const lines = [['detpack-classes', '1'], ['digest', table.digest], ...table.homes.map((home) => ['home', home])]
  for (const [at, one] of table.classes.entries()) {
    const number = String(at + 1)
    lines.push(['class', number, one.name, one.follow ? 'follow' : 'ignore'])
    for (const text of one.paths) lines.push(['match', number, ...fieldsOf(text)])
    for (const text of one.except) lines.push(['except', number, ...fieldsOf(text)])
  }
  const refused = lines.flat().filter((field) => /[\t\n]/.test(field))
  if (refused.length > 0) return { refused }
  return { text: lines.map((fields) => `${fields.join('\t')}\n`).join('') }
}

function fieldsOf(text: string): string[] {
  const pattern = parsePathPattern(text)
  if ('refused' in pattern) throw new TypeError(`${text}: ${pattern.refused}`)
  return fields(pattern)
}

function fields(pattern: PathPattern): string[] {
  if (pattern.kind === 'exact') return ['exact', pattern.path]
  if (pattern.name === null) return ['below', pattern.directory]
  return [pattern.name.kind, pattern.directory ?? '-', pattern.name.text]
}
