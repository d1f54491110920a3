import type { Pattern } from '../../ir/pattern.ts'

/** Whether a short value, known when the rule is compiled, has the form of a pattern. */
export function meets(value: string, pattern: Pattern, cased: boolean): boolean {
  const source = pattern.map((part) => {
    if (part.kind === 'any') return '.*'
    return part.kind === 'one' ? '.' : part.text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
  })
  return new RegExp(`^${source.join('')}$`, cased ? 'su' : 'isu').test(value)
}
