export type TextTest = (text: string) => boolean

/** Any characters, or one character, in a form. */
const ANY = -1
const ONE = -2

/** A name or value in which `*` stands for any characters; undefined where it has none, for then it is itself. */
export function wildcard(pattern: string, ignoreCase = false): TextTest | undefined {
  if (!pattern.includes('*')) return undefined
  const form = codesOf(ignoreCase ? pattern.toLowerCase() : pattern, (part) => (part === '*' ? ANY : undefined))
  return ignoreCase ? (text) => matches(form, text.toLowerCase()) : (text) => matches(form, text)
}

/** The form that `like` takes: `%` stands for any characters, `_` for one; a backslash takes that away. */
export function likeForm(pattern: string): TextTest {
  const form: number[] = []
  for (const [part] of pattern.matchAll(/\\[%_\\]|[\s\S]/gu)) {
    const code = part.codePointAt(part.length - 1 > 0 && part.startsWith('\\') ? 1 : 0) ?? 0
    form.push(part === '%' ? ANY : part === '_' ? ONE : code)
  }
  return (text) => matches(form, text)
}

/**
 * Whether a field's name is one of these, some of which may have wildcards. Names that begin with an underscore are of
 * Splunk's own, and only a wildcard behind an underscore stands for them.
 */
export function nameTest(patterns: readonly string[]): TextTest {
  const exact = new Set(patterns.filter((pattern) => !pattern.includes('*')))
  const wild = patterns.flatMap((pattern) => {
    const test = wildcard(pattern)
    return test ? [{ test, own: pattern.startsWith('_') }] : []
  })
  return (name) => exact.has(name) || wild.some(({ test, own }) => (own || !name.startsWith('_')) && test(name))
}

/** What the stars of a pattern stand for in a name that it is true of; undefined where it is not. */
export function starsOf(pattern: string, name: string): readonly string[] | undefined {
  const parts = pattern.split('*')
  const first = parts[0] ?? ''
  if (!name.startsWith(first)) return undefined
  const stars: string[] = []
  let at = first.length
  for (const [index, part] of parts.slice(1).entries()) {
    const last = index === parts.length - 2
    const found = last ? name.length - part.length : name.indexOf(part, at)
    if (found < at || !name.startsWith(part, found)) return undefined
    stars.push(name.slice(at, found))
    at = found + part.length
  }
  return at === name.length ? stars : undefined
}

function codesOf(text: string, special: (part: string) => number | undefined): readonly number[] {
  return Array.from(text, (part) => special(part) ?? part.codePointAt(0) ?? 0)
}

/** Goes back only to the last `ANY`, which is enough: so it takes no more than the product of both lengths. */
function matches(form: readonly number[], text: string): boolean {
  let at = 0
  let place = 0
  let any = -1
  let resume = 0
  while (at < text.length) {
    const wanted = form[place]
    const code = text.codePointAt(at) ?? 0
    if (wanted === ANY) {
      any = place++
      resume = at
    } else if (wanted === ONE || wanted === code) {
      place++
      at += code > 0xffff ? 2 : 1
    } else if (any >= 0) {
      place = any + 1
      resume += (text.codePointAt(resume) ?? 0) > 0xffff ? 2 : 1
      at = resume
    } else return false
  }
  while (form[place] === ANY) place++
  return place === form.length
}
