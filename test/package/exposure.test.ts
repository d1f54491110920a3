import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { exposureOf } from '../../src/govern/systemd/exposure.ts'
import { loadUnitFile } from '../../src/govern/systemd/load-unit.ts'
import { readSettings } from '../../src/govern/systemd/read-setting.ts'
import type { ServiceSettings } from '../../src/govern/systemd/setting.ts'

const root = path.resolve(import.meta.dirname, '../..')
const readme = readFileSync(path.join(root, 'package/README.md'), 'utf8')

function settingsOf(file: string): ServiceSettings {
  const loading = loadUnitFile(path.join(root, file))
  if (loading.kind !== 'unit') throw new Error(loading.kind)
  const { settings, diagnostics } = readSettings(loading.unit.assignments)
  expect(diagnostics).toEqual([])
  return settings
}

/** The most that a service may be exposed, and what its row in package/README.md says. */
describe.each([
  { file: 'sensor/detpack-sensor.service', most: 2.5 },
  { file: 'src/ship/detpack-ship.service', most: 2 },
])('$file', ({ file, most }) => {
  test(`is exposed by ${most} at most, and as the page of the package says`, () => {
    const { overall } = exposureOf(settingsOf(file))
    expect(overall).toBeLessThanOrEqual(most)
    expect(readme).toMatch(new RegExp(`\\| \`${path.basename(file)}\` +\\| ${overall.toFixed(1)} +\\|`))
  })
})
