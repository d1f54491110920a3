import { expect, it } from 'vitest'
import { foldOrbit, foldOrbits } from '../../src/backend/case-fold.ts'

it.each([
  ['a', 'Aa'],
  ['K', 'Kk\u212a'],
  ['ſ', 'Ssſ'],
  ['7', '7'],
  ['é', 'Éé'],
  ['σ', 'Σςσ'],
  ['ß', 'ßẞ'],
  ['İ', 'İ'],
  ['ı', 'ı'],
  ['ǆ', 'Ǆǅǆ'],
  ['😀', '😀'],
])('holds equal to %s: %s', (character, orbit) => {
  expect(foldOrbit(character).join('')).toBe(orbit)
})

it('gives each member of an orbit the same orbit', () => {
  for (const orbit of foldOrbits()) for (const member of orbit) expect(foldOrbit(member)).toEqual(orbit)
  expect(foldOrbits().length).toBeGreaterThan(1300)
})
