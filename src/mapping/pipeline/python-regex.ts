import { RE2JS, RE2JSSyntaxException } from 're2js'

/**
 * A regular expression as pipelines write it: Python's `re`, run in linear time. Python's look-around and references
 * back do not exist here, and are told when the pipeline is read.
 */
export class PythonRegex {
  readonly #expression: RE2JS

  private constructor(expression: RE2JS) {
    this.#expression = expression
  }

  /** The expression, or why it cannot be run. */
  static compile(source: string): PythonRegex | { readonly problem: string } {
    try {
      return new PythonRegex(RE2JS.compile(source))
    } catch (thrown) {
      if (!(thrown instanceof RE2JSSyntaxException)) throw thrown
      return { problem: thrown.message }
    }
  }

  /** `re.match`: it is found at the beginning. */
  matchesStart(text: string): boolean {
    return this.#expression.matcher(text).lookingAt()
  }

  /** The named groups of a match at the beginning; undefined when there is none. */
  groups(text: string): Readonly<Record<string, string>> | undefined {
    const matcher = this.#expression.matcher(text)
    if (!matcher.lookingAt()) return undefined
    const found: Record<string, string> = {}
    for (const name of Object.keys(this.#expression.namedGroups())) {
      const value = matcher.group(name)
      if (value !== null) found[name] = value
    }
    return found
  }

  get groupNames(): readonly string[] {
    return Object.keys(this.#expression.namedGroups())
  }

  /** `re.sub`: every occurrence, with `\1`, `\g<1>` and `\g<name>` in the replacement. */
  substitute(replacement: string, text: string): string {
    const matcher = this.#expression.matcher(text)
    let result = ''
    let from = 0
    while (matcher.find()) {
      result += text.slice(from, matcher.start())
      result += replacement.replace(
        /\\(?:g<(\w+)>|(\d{1,2})|([\\nrt]))/g,
        (_, name?: string, number?: string, escape?: string) => {
          if (escape !== undefined) return { n: '\n', r: '\r', t: '\t' }[escape] ?? '\\'
          const group = name ?? number ?? ''
          return matcher.group(/^\d+$/.test(group) ? Number(group) : group) ?? ''
        },
      )
      from = matcher.end()
    }
    return result + text.slice(from)
  }
}
