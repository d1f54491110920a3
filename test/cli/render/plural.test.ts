import { expect, it } from 'vitest'
import { plural } from '../../../src/cli/render/plural.ts'

it.each([
  [0, '0 rules'],
  [1, '1 rule'],
  [999, '999 rules'],
  [1000, '1,000 rules'],
  [1234567, '1,234,567 rules'],
])('%i is written %s', (count, text) => expect(plural(count, 'rule')).toBe(text))
