import fc from 'fast-check'
import { expect, test } from 'vitest'
import { likeForm, starsOf, wildcard } from '../../../src/engine/spl/wildcard.ts'

/** By trying every way. @param any the mark for any characters @param one that for one of them */
function matches(form: readonly string[], text: readonly string[], any: string, one: string): boolean {
  const [first, ...rest] = form
  if (first === undefined) return text.length === 0
  if (first === any) return text.some((_, at) => matches(rest, text.slice(at), any, one)) || matches(rest, [], any, one)
  if (text.length === 0) return false
  return (first === one || first === text[0]) && matches(rest, text.slice(1), any, one)
}

const letters = (...more: readonly string[]) =>
  fc.string({ unit: fc.constantFrom('a', 'b', '😀', ...more), maxLength: 7 })

test('stars and per cents stand for any characters', () => {
  fc.assert(
    fc.property(letters('*'), letters(), (form, text) => {
      const test = wildcard(form) ?? ((other: string) => other === form)
      expect(test(text)).toBe(matches(Array.from(form), Array.from(text), '*', ''))
    }),
    { numRuns: 3000 },
  )
  fc.assert(
    fc.property(letters('%', '_'), letters(), (form, text) => {
      expect(likeForm(form)(text)).toBe(matches(Array.from(form), Array.from(text), '%', '_'))
    }),
    { numRuns: 3000 },
  )
})

test('what stars stand for puts a name together again', () =>
  fc.assert(
    fc.property(letters('*'), letters(), (form, name) => {
      const stars = starsOf(form, name)
      const test = wildcard(form) ?? ((other: string) => other === form)
      expect(stars !== undefined).toBe(test(name))
      let at = 0
      if (stars) expect(form.replace(/\*/g, () => stars[at++] ?? '')).toBe(name)
    }),
    { numRuns: 3000 },
  ))

test('cases are folded where that is asked for', () => expect(wildcard('A*Ç', true)?.('abç')).toBe(true))
