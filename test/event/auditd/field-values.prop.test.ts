import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fieldValues, readFields } from '../../../src/event/auditd/field-values.ts'

const name = fc.constantFrom('a', 'b', 'pid', 'key', 'msg', 'exe')
const value = fc.constantFrom('1', '(null)', '"x"', '"x y"', '"', "'", "'op=set", "1'", '', 'b=2', '616263')
const blank = fc.constantFrom(' ', ' ', ' ', ' ', '', '  ')
const token = fc.tuple(name, value, blank).map(([key, text, end]) => `${key}=${text}${end}`)
const junk = fc.constantFrom('', '', '', ' ', 'x', '=')
const record = fc.tuple(fc.array(token, { maxLength: 6 }), junk).map(([tokens, end]) => tokens.join('') + end)

test('fields that are read by the names of the record before are those that are there', () => {
  fc.assert(
    fc.property(record, fc.array(record, { maxLength: 3 }), (text, others) => {
      // Each is read twice: the second time its own names are known.
      for (const one of [text, ...others, text]) {
        const [values, exact] = [fieldValues(one), readFields(one)]
        for (const key of ['a', 'b', 'pid', 'key', 'msg', 'exe', 'x', ''])
          expect([one, key, values.get(key)]).toEqual([one, key, exact.get(key)])
      }
    }),
    { numRuns: 500 },
  )
})

test('names in another order, too few and too many are no reason to take a value for another', () => {
  for (const text of ['pid=1 key="k"', 'pid=2 key="l"', 'pid=3 exe=/a key="m"', 'pid=4', "pid=5 key=6 msg='op=7'"])
    expect([fieldValues(text).get('pid'), fieldValues(text).get('key')]).toEqual([
      readFields(text).get('pid'),
      readFields(text).get('key'),
    ])
})
