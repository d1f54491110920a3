import { RE2JS } from 're2js'
import { EvaluationFailure } from './bound.ts'

export interface JavaRegex {
  /** In the replacement `$1` is a group of the match, one digit, and a backslash takes the next character as it is. */
  readonly replaceAll: (text: string, by: string) => string
}

/**
 * A regular expression of Java as far as it means the same in linear time: look-around, backreferences and possessive
 * repetitions are not run, nor is what Java reads differently (`$` before a last line break, case by ASCII only).
 */
export function javaRegex(source: string): JavaRegex | { readonly unsupported: string } {
  const different = DIFFERENT.find(({ expression }) => expression.test(source))
  if (different) return { unsupported: `${different.what} in a regular expression cannot be run offline` }
  try {
    const compiled = RE2JS.compile(translated(source))
    return { replaceAll: (text, by) => replaced(compiled, text, by) }
  } catch (problem) {
    return { unsupported: problem instanceof Error ? problem.message : 'it cannot be read' }
  }
}

function replaced(expression: RE2JS, text: string, by: string): string {
  const matcher = expression.matcher(text)
  let result = ''
  let at = 0
  while (matcher.find()) {
    result +=
      text.slice(at, matcher.start()) +
      inserted(by, (group) => {
        if (group > matcher.groupCount()) throw new EvaluationFailure(`there is no group ${group}`)
        return matcher.group(group) ?? ''
      })
    at = matcher.end()
  }
  return result + text.slice(at)
}

function inserted(by: string, groupOf: (group: number) => string): string {
  return by.replace(/\\([^])|\$(\d)|[\\$]/g, (_, escaped: string | undefined, group: string | undefined) => {
    if (escaped !== undefined) return escaped
    if (group === undefined) throw new EvaluationFailure('the replacement ends early')
    return groupOf(Number(group))
  })
}

const ESCAPES = '(?:^|[^\\\\])(?:\\\\\\\\)*'
const DIFFERENT = [
  { what: '"$"', expression: new RegExp(`${ESCAPES}\\$`) },
  { what: 'a flag', expression: new RegExp(`${ESCAPES}\\(\\?[a-zA-Z-]+[:)]`) },
  { what: 'the intersection "&&"', expression: /&&/ },
  { what: '"\\Z"', expression: new RegExp(`${ESCAPES}\\\\[ZGhRvXE]`) },
]

/** `.` leaves out all line breaks that Java knows, and `\s` holds the vertical tab. */
function translated(source: string): string {
  let inSet = false
  return source.replace(/\\[^]|[[\].]/g, (found) => {
    if (found === '[') inSet = true
    else if (found === ']') inSet = false
    else if (found === '.' && !inSet) return '[^\\n\\r\\x{85}\\x{2028}\\x{2029}]'
    else if (found === '\\s') return inSet ? '\\s\\x0b' : '[\\s\\x0b]'
    else if (found === '\\S' && !inSet) return '[^\\s\\x0b]'
    return found
  })
}
