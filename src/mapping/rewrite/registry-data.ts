import { literal } from '../../ir/pattern.ts'
import { all, anyOf, field, not, type FieldName } from '../../ir/predicate.ts'
import { exactly, type Rewriting } from '../log-source.ts'

/**
 * Sysmon's `Details` of a registry value: a text as it stands, a number as `DWORD (0x0000002a)`. The events hold the
 * number in decimal, with its type beside it, so of the text of a number only the whole can be found.
 */
export function registryData(data: FieldName, type: FieldName): Rewriting {
  const ofText = not(exactly(type, 'SZ_DWORD', 'SZ_QWORD'))
  return {
    kind: 'rewritten',
    fields: [data, type],
    asks: 'for a whole number such as DWORD (0x00000001), or for a text that no number has a part of',
    rewrite(test) {
      if (test.is === 'null' || test.is === 'exists') return field(data, test)
      if (test.is !== 'text') return undefined
      const texts = test.pattern.flatMap((part) => (part.kind === 'text' ? [part.text] : []))
      const [only = ''] = texts
      const digits = texts.length === 1 ? /^DWORD \(0x([0-9a-f]{8})\)$/i.exec(only)?.[1] : undefined
      const asText = all(field(data, test), ofText)
      if (digits !== undefined && !test.pattern.some((part) => part.kind === 'one')) {
        const number = all(exactly(type, 'SZ_DWORD'), exactly(data, String(parseInt(digits, 16))))
        return literal(test.pattern) === undefined ? anyOf(number, asText) : number
      }
      if (literal(test.pattern) !== undefined) return /^[QD]WORD\b/i.test(only) ? undefined : asText
      return texts.some((part) => !OF_A_NUMBER.test(part)) ? field(data, test) : undefined
    },
  }
}

/** Could stand in the text of a number. */
const OF_A_NUMBER = /^[QDWOR (0-9a-fx)-]*$/i
