import { expect, test } from 'vitest'
import { messageRegex } from '../../../src/backend/spl/message.ts'
import { compileRegex } from '../../../src/engine/spl/regex.ts'
import { any, pattern, text } from '../../../src/ir/pattern.ts'

function matches(word: string, cased: boolean, raw: string): boolean {
  const regex = compileRegex(messageRegex(pattern(any, text(word), any), cased))
  if ('problem' in regex) throw new Error(regex.problem)
  return regex.run.test(raw)
}

test('a keyword is looked for in numbers and in true and false, too', () => {
  expect(matches('als', false, '{"late":false}')).toBe(true)
  expect(matches('12', false, '{"pid":4123}')).toBe(true)
  expect(matches('late', false, '{"late":false}')).toBe(false)
})

test('a long s equals the s of false, unless case counts', () => {
  expect(matches('ſ', false, '{"late":false}')).toBe(true)
  expect(matches('ſ', true, '{"late":false}')).toBe(false)
})
