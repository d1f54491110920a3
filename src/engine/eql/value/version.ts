import { compareText } from './text.ts'

/**
 * The order of Elasticsearch's field type `version`: Semantic Versioning 2.0, with more than three numbers allowed;
 * what is no such version comes behind all that are, as text.
 */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [read(a), read(b)]
  if (!left || !right) return left ? -1 : right ? 1 : compareText(a, b)
  for (let at = 0; at < Math.max(left.numbers.length, right.numbers.length); at++) {
    const difference = compareNumbers(left.numbers[at] ?? '0', right.numbers[at] ?? '0')
    if (difference !== 0) return difference
  }
  return comparePreReleases(left.pre, right.pre) || compareText(a, b)
}

interface Version {
  readonly numbers: readonly string[]
  readonly pre: readonly string[]
}

const FORM = /^(0|[1-9]\d*)(\.(?:0|[1-9]\d*))+(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z.-]+)?$/

function read(text: string): Version | undefined {
  const found = FORM.exec(text)
  if (!found) return undefined
  const [main = ''] = text.split(/[-+]/, 1)
  return { numbers: main.split('.'), pre: found[3]?.split('.') ?? [] }
}

function comparePreReleases(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return b.length === a.length ? 0 : a.length === 0 ? 1 : -1
  for (let at = 0; at < Math.min(a.length, b.length); at++) {
    const difference = compareParts(a[at] ?? '', b[at] ?? '')
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

/** Numbers before words. */
function compareParts(a: string, b: string): number {
  const [left, right] = [/^\d+$/.test(a), /^\d+$/.test(b)]
  if (left !== right) return left ? -1 : 1
  return left ? compareNumbers(a, b) : compareText(a, b)
}

/** Of any length. */
function compareNumbers(a: string, b: string): number {
  const [left, right] = [a.replace(/^0+(?=\d)/, ''), b.replace(/^0+(?=\d)/, '')]
  return left.length - right.length || compareText(left, right)
}
