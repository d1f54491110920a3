import { charSet } from '../../../ir/char-set.ts'
import type { RegexTree } from './tree.ts'

/**
 * `<from-to>`: the decimal numbers between two, both included, in either order. Written with equally many digits, the
 * numbers have exactly so many; else any number of zeros may stand before them.
 */
export function interval(from: string, to: string): RegexTree {
  const fixed = from.length === to.length
  const [low, high] = Number(from) <= Number(to) ? [from, to] : [to, from]
  if (fixed) return between(low, high)
  const zeros: RegexTree = { kind: 'repeat', of: digits('0', '0'), min: 0, max: null }
  const last = String(Number(high))
  const numbers: RegexTree[] = []
  for (let length = String(Number(low)).length; length <= last.length; length++) {
    const smallest = length === String(Number(low)).length ? String(Number(low)) : `1${'0'.repeat(length - 1)}`
    numbers.push(between(smallest, length === last.length ? last : '9'.repeat(length)))
  }
  return { kind: 'concat', of: [zeros, { kind: 'union', of: numbers }] }
}

/** Texts of digits between two of the same length. */
function between(low: string, high: string): RegexTree {
  const [a = '', ...lows] = low
  const [b = '', ...highs] = high
  if (low.length === 1) return digits(a, b)
  const [lowRest, highRest] = [lows.join(''), highs.join('')]
  const rest = lowRest.length
  if (a === b) return { kind: 'concat', of: [digits(a, a), between(lowRest, highRest)] }
  const branches: RegexTree[] = [
    { kind: 'concat', of: [digits(a, a), between(lowRest, '9'.repeat(rest))] },
    { kind: 'concat', of: [digits(b, b), between('0'.repeat(rest), highRest)] },
  ]
  const [next, before] = [Number(a) + 1, Number(b) - 1]
  if (next <= before)
    branches.push({
      kind: 'concat',
      of: [digits(String(next), String(before)), { kind: 'repeat', of: digits('0', '9'), min: rest, max: rest }],
    })
  return { kind: 'union', of: branches }
}

function digits(from: string, to: string): RegexTree {
  return { kind: 'set', set: charSet([from.charCodeAt(0), to.charCodeAt(0)]) }
}
