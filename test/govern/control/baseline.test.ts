import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { CONTROLS, type Control } from '../../../src/govern/control/baseline.ts'

it('stands in the page on baselines as it is', () => {
  const page = readFileSync('rules/baselines/README.md', 'utf8')
  const rows = Object.entries<Control>(CONTROLS).map(
    ([id, { title, cis, nist }]) => `| ${id} | ${title} | ${cis.join(', ') || '–'} | ${nist.join(', ')} |`,
  )
  for (const row of rows) expect(page).toContain(row)
})
