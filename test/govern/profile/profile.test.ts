import { Ajv2020 } from 'ajv/dist/2020.js'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { Source } from '../../../src/diagnostic/source.ts'
import { profileFor } from '../../../src/govern/profile/choose.ts'
import { parseProfile, type ServiceProfile } from '../../../src/govern/profile/profile.ts'

const GOOD = `id: web
title: A web server
owner: Head of IT operations
units: [web.service, web@*.service]
review_every: 180d
root: true
exposure: 5.0
linux_capabilities:
  CAP_NET_BIND_SERVICE: {why: port 80, risk: R-SERVICE-04, optional: true}
settings:
  SystemCallFilter: {value: ['@system-service', '~@privileged'], why: all it does}
  PrivateTmp: yes
`

const schema = JSON.parse(readFileSync('mappings/service-profile.schema.json', 'utf8')) as object
const validate = new Ajv2020({ strict: false }).compile(schema)

function profile(text: string): ServiceProfile {
  const read = parseProfile(new Source('web.yml', text))
  if (read.profile === undefined) throw new Error(JSON.stringify(read.diagnostics.map((one) => one.message)))
  return read.profile
}

describe('a profile', () => {
  it('means what a unit with its lines would mean', () => {
    const { settings, linuxCapabilities, lines } = profile(GOOD)
    expect([...settings.boundingSet]).toEqual(['CAP_NET_BIND_SERVICE'])
    expect(settings.switches.PrivateTmp).toBe(true)
    expect(settings.systemCalls?.allow).toBe(true)
    expect(settings.systemCalls?.names.has('setuid')).toBe(false)
    expect(linuxCapabilities.get('CAP_NET_BIND_SERVICE')).toMatchObject({ optional: true, risk: 'R-SERVICE-04' })
    expect(lines.map(({ key, value }) => `${key}=${value}`)).toEqual([
      'SystemCallFilter=@system-service',
      'SystemCallFilter=~@privileged',
      'PrivateTmp=yes',
    ])
    expect(validate(parse(GOOD))).toBe(true)
  })

  it.each([
    ['govern/missing-key', 1, GOOD.replace('owner:', 'ownr:')],
    ['govern/unknown-key', 3, GOOD.replace('owner:', 'ownr:')],
    ['govern/missing-key', 9, GOOD.replace('why: port 80, ', '')],
    ['govern/wrong-type', 7, GOOD.replace('5.0', '50')],
    ['govern/wrong-type', 5, GOOD.replace('180d', 'half a year')],
    ['govern/wrong-type', 1, '- a list'],
    ['govern/unknown-value', 9, GOOD.replace('CAP_NET_BIND_SERVICE', 'CAP_NET_BIND')],
    ['govern/unknown-value', 11, GOOD.replace('~@privileged', '~@priviledged')],
    ['govern/unknown-value', 12, GOOD.replace('PrivateTmp: yes', 'PrivateTmp: perhaps')],
    ['govern/unknown-setting', 12, GOOD.replace('PrivateTmp', 'PrivateTemp')],
    ['govern/unknown-setting', 12, GOOD.replace('PrivateTmp: yes', 'User: root')],
    ['yaml/syntax', 1, 'id: [\n'],
  ])('has %s on line %i for a mistake, and is then no profile', (code, line, text) => {
    const read = parseProfile(new Source('web.yml', text))
    expect(read.profile).toBeUndefined()
    const places = read.diagnostics.map((one) => [one.code, one.span?.source.position(one.span.start).line])
    expect(places).toContainEqual([code, line])
  })

  it('suggests the name that was meant', () => {
    const read = parseProfile(new Source('web.yml', GOOD.replace('CAP_NET_BIND_SERVICE', 'CAP_NET_BIND_SERVCE')))
    expect(read.diagnostics).toMatchObject([{ hint: 'did you mean "CAP_NET_BIND_SERVICE"?' }])
  })
})

describe('the profile of a unit', () => {
  const named = (id: string, ...units: string[]): ServiceProfile => ({ ...profile(GOOD), id, units })
  const profiles = [
    named('any', '*.service'),
    named('web', 'web.service', 'web@*.service'),
    named('mine', 'web@m*.service'),
  ]

  it.each([
    ['web.service', 'web'],
    ['web@a.service', 'web'],
    ['web@main.service', 'mine'],
    ['web@.service', 'web'],
    ['webs.service', 'any'],
    ['web.socket', undefined],
  ])('of %s is %s', (unit, id) => {
    expect(profileFor(unit, profiles)?.id).toBe(id)
  })
})
