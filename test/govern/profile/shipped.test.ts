import { Ajv2020 } from 'ajv/dist/2020.js'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it, test } from 'vitest'
import { parse } from 'yaml'
import { Source } from '../../../src/diagnostic/source.ts'
import { parseProfile } from '../../../src/govern/profile/profile.ts'
import { exposureOf } from '../../../src/govern/systemd/exposure.ts'

const folder = 'rules/baselines/profiles'
const files = readdirSync(folder)
const risks = new Set(readdirSync('rules/risks').map((file) => path.basename(file, '.yml')))
const schema = JSON.parse(readFileSync('mappings/service-profile.schema.json', 'utf8')) as object
const validate = new Ajv2020({ strict: false }).compile(schema)

test.each(files)('%s can be read, names risks that are there, and keeps to its own exposure', (file) => {
  const text = readFileSync(path.join(folder, file), 'utf8')
  const { profile, diagnostics } = parseProfile(new Source(file, text))
  expect(diagnostics).toEqual([])
  if (profile === undefined) throw new Error('no profile')
  expect(`${profile.id}.yml`).toBe(file)
  for (const { risk } of profile.linuxCapabilities.values()) expect(risks).toContain(risk)
  const settings = { ...profile.settings, user: profile.root ? null : 'service' }
  const { overall } = exposureOf(settings)
  expect(overall).toBeLessThanOrEqual(profile.exposure)
  expect(overall).toBeGreaterThan(profile.exposure - 1)
  expect(validate(parse(text)), JSON.stringify(validate.errors)).toBe(true)
})

it('comes with profiles for the services that stand open most', () => {
  expect(files.map((file) => path.basename(file, '.yml'))).toEqual([
    'agent-runner',
    'network-daemon',
    'nginx',
    'openssh',
    'postgresql',
    'redis',
  ])
})
