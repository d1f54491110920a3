import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { readSigma, Source } from '../../src/sigma/index.ts'

const ROOT = new URL('corpus/', import.meta.url)

it('reads the published rules, but for placeholders that have no values', () => {
  const files = readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yml'))
  const sources = files.map((file) => new Source(file, readFileSync(new URL(file, ROOT), 'utf8')))
  const { program, diagnostics } = readSigma(sources)
  const refused = diagnostics.map((one) => `${one.span?.source.name.split('/').at(-1) ?? ''} ${one.code}`)
  expect(files).toHaveLength(634)
  expect([...new Set(refused)].sort()).toEqual([
    'azure_ad_authentications_from_countries_you_do_not_operate_out_of.yml sigma/unresolved-placeholder',
    'azure_users_authenticating_to_other_azure_ad_tenants.yml sigma/unresolved-placeholder',
    'proc_creation_win_userdomain_variable_enumeration.yml sigma/unresolved-placeholder',
    'win_security_dc_machine_account_logon_non_dc_ip.yml sigma/unresolved-placeholder',
    'win_security_potential_pass_the_hash.yml sigma/unresolved-placeholder',
  ])
  expect(program.rules.size).toBe(629)
})
