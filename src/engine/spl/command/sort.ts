import ipaddr from 'ipaddr.js'
import type { Command } from '../command.ts'
import type { CommandReader } from '../command-reader.ts'
import { whole } from '../option.ts'
import type { Row } from '../row.ts'
import { compareSingles, compareTexts, numberOf, singlesOf, type Single } from '../value.ts'

/** As many rows does `sort` give without a number (limits.conf, maxresultrows). */
const MOST_SORTED = 10_000

type Compare = (a: Row, b: Row) => number

/**
 * `sort [count] [-|+]field, …`: stable; 10,000 rows unless a count is given, 0 for all. Rows that lack a field come last
 * in both directions. `auto()` (the default), `str()`, `num()` and `ip()` say how values compare; `desc` or `d` at the
 * end turns all round.
 */
export const sort: Command = {
  kind: 'whole',
  read: (reader) => {
    const { scanner } = reader
    const { limit } = reader.options({ limit: whole })
    const leading = scanner.match(/\s*(\d+)(?=[\s,+-]|$)/y)?.[1]
    const count = limit ?? (leading === undefined ? undefined : Number(leading))
    scanner.take(',')
    const { compare, turned } = sortKeys(reader)
    const most = count === 0 ? Infinity : (count ?? MOST_SORTED)
    const [start, end] = [reader.name.start, scanner.at]
    return (rows, run) => {
      const sorted = [...rows].sort(compare)
      if (turned) sorted.reverse()
      if (count === undefined && sorted.length > most)
        run.report.truncated(
          `"sort" gives ${MOST_SORTED} rows unless told otherwise, ${sorted.length} came`,
          scanner.span(start, end),
          'write "sort 0"',
        )
      return most === Infinity ? sorted : sorted.slice(0, most)
    }
  },
}

/** Reads the keys of a sort, as `dedup` has them too. */
export function sortKeys(reader: CommandReader): { readonly compare: Compare; readonly turned: boolean } {
  const { scanner } = reader
  const compares: Compare[] = []
  let turned = false
  while (!scanner.isEnd()) {
    if (compares.length > 0 && scanner.takeKeyword('desc', 'd')) {
      turned = true
      break
    }
    if (compares.length > 0 && scanner.takeKeyword('asc', 'a')) break
    compares.push(sortKey(reader))
    scanner.take(',')
  }
  if (compares.length === 0) scanner.failHere('expected a field to sort by')
  const [only] = compares
  if (compares.length === 1 && only) return { compare: only, turned }
  return {
    compare: (a, b) => {
      for (const compare of compares) {
        const order = compare(a, b)
        if (order !== 0) return order
      }
      return 0
    },
    turned,
  }
}

const KINDS: Readonly<Record<string, (a: Single, b: Single) => number>> = {
  auto: compareAuto,
  str: (a, b) => compareTexts(String(a), String(b)),
  num: (a, b) => (numberOf(a) ?? Infinity) - (numberOf(b) ?? Infinity) || 0,
  ip: (a, b) => compareAddresses(String(a), String(b)),
}

function sortKey(reader: CommandReader): Compare {
  const { scanner } = reader
  scanner.skipBlank()
  const sign = scanner.match(/[-+]/y)?.[0] === '-' ? -1 : 1
  const word = scanner.word()
  if (!word) return scanner.failHere('expected a field to sort by')
  let name = word.text
  let values = compareAuto
  if (!word.quoted && scanner.text[scanner.at] === '(') {
    const kind = KINDS[name.toLowerCase()]
    if (!Object.hasOwn(KINDS, name.toLowerCase()) || !kind)
      scanner.fail('spl/argument', `"${name}" is no way to sort`, word.start, word.end, 'known: auto, str, num, ip')
    else values = kind
    scanner.take('(')
    name = reader.field()
    scanner.expect(')', 'the field')
  }
  return (a, b) => {
    const [left] = singlesOf(a.get(name))
    const [right] = singlesOf(b.get(name))
    if (left === undefined || right === undefined) return Number(left === undefined) - Number(right === undefined)
    return sign * values(left, right)
  }
}

/** Decided for each pair: numbers by size, addresses by their bits, else texts by their characters. */
function compareAuto(a: Single, b: Single): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  if (isAddress(a) && isAddress(b)) return compareAddresses(String(a), String(b))
  return compareSingles(a, b)
}

function isAddress(value: Single): boolean {
  return typeof value === 'string' && /^\d{1,3}\.\d/.test(value) && ipaddr.IPv4.isValidFourPartDecimal(value)
}

function compareAddresses(a: string, b: string): number {
  const [left, right] = [bytesOf(a), bytesOf(b)]
  if (!left || !right)
    return left || right ? Number(left === undefined) - Number(right === undefined) : compareTexts(a, b)
  if (left.length !== right.length) return left.length - right.length
  for (const [at, byte] of left.entries()) if (byte !== right[at]) return byte - (right[at] ?? 0)
  return 0
}

function bytesOf(address: string): readonly number[] | undefined {
  return ipaddr.IPv4.isValidFourPartDecimal(address) || ipaddr.IPv6.isValid(address)
    ? ipaddr.parse(address).toByteArray()
    : undefined
}
