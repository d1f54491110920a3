import { any, pattern, text, type Pattern } from '../../ir/pattern.ts'
import { anyOf, field, type FieldName } from '../../ir/predicate.ts'
import type { Rewriting } from '../log-source.ts'

/** The algorithms of Sysmon, and how many digits each hash has. */
const DIGITS: Readonly<Record<string, number>> = { MD5: 32, SHA1: 40, SHA256: 64, IMPHASH: 32 }
/** Fewer digits may also stand in the name of an algorithm, such as `D5`. */
const FEWEST = 8

/**
 * Sysmon's `Hashes`, one text such as `MD5=…,SHA256=…`, which the events hold in one field for each algorithm, in lower
 * case. What a text contains can be asked: one algorithm with its hash or the beginning of it, or a stretch of digits. A
 * hash of zeros is none, and left out of the events.
 */
export function hashes(fields: Readonly<Record<'MD5' | 'SHA1' | 'SHA256' | 'IMPHASH', FieldName>>): Rewriting {
  const fieldOf = new Map<string, FieldName>(Object.entries(fields))
  return {
    kind: 'rewritten',
    fields: [...fieldOf.values()],
    asks: 'whether it contains ALGORITHM=hash, or a stretch of a hash',
    rewrite(test) {
      const sought = test.is === 'text' && !test.cased ? contained(test.pattern) : undefined
      if (sought === undefined) return undefined
      const [, algorithm = '', hash = ''] = /^(\w+)=([0-9a-f]*)$/i.exec(sought) ?? []
      const name = fieldOf.get(algorithm.toUpperCase())
      if (name !== undefined) {
        if (/^0*$/.test(hash)) return undefined
        const whole = hash.length === DIGITS[algorithm.toUpperCase()]
        return field(name, { is: 'text', pattern: pattern(text(hash), ...(whole ? [] : [any])), cased: false })
      }
      if (!/^[0-9a-f]+$/i.test(sought) || sought.length < FEWEST || /^0*$/.test(sought)) return undefined
      const anywhere = pattern(any, text(sought), any)
      return anyOf(...[...fieldOf.values()].map((each) => field(each, { is: 'text', pattern: anywhere, cased: false })))
    },
  }
}

/** The text of a pattern of the form `*text*`. */
function contained(of: Pattern): string | undefined {
  const [first, middle, last] = of
  if (of.length !== 3 || first?.kind !== 'any' || last?.kind !== 'any') return undefined
  return middle?.kind === 'text' ? middle.text : undefined
}
