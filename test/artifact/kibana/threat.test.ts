import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { threatOf } from '../../../src/artifact/kibana/threat.ts'
import { tactics, techniques } from '../../../src/artifact/kibana/attack.ts'

test('a sub-technique stands under its technique, and that under the tactic the rule names', () => {
  const { threat, rest } = threatOf([
    'attack.credential-access',
    'attack.t1552.004',
    'attack.exfiltration',
    'attack.t1041',
  ])
  expect(threat).toEqual([
    {
      framework: 'MITRE ATT&CK',
      tactic: {
        id: 'TA0006',
        name: 'Credential Access',
        reference: 'https://attack.mitre.org/tactics/TA0006/',
      },
      technique: [
        {
          id: 'T1552',
          name: 'Unsecured Credentials',
          reference: 'https://attack.mitre.org/techniques/T1552/',
          subtechnique: [
            {
              id: 'T1552.004',
              name: 'Private Keys',
              reference: 'https://attack.mitre.org/techniques/T1552/004/',
            },
          ],
        },
      ],
    },
    {
      framework: 'MITRE ATT&CK',
      tactic: { id: 'TA0010', name: 'Exfiltration', reference: 'https://attack.mitre.org/tactics/TA0010/' },
      technique: [
        {
          id: 'T1041',
          name: 'Exfiltration Over C2 Channel',
          reference: 'https://attack.mitre.org/techniques/T1041/',
        },
      ],
    },
  ])
  expect(rest).toEqual([])
})

test('a technique of several tactics stands under each that is named, and under its first when none is', () => {
  const named = threatOf(['attack.persistence', 'attack.privilege-escalation', 'attack.t1543.002']).threat
  expect(named.map((each) => [each.tactic.name, each.technique?.[0]?.id])).toEqual([
    ['Persistence', 'T1543'],
    ['Privilege Escalation', 'T1543'],
  ])
  expect(threatOf(['attack.t1040']).threat.map((each) => each.tactic.name)).toEqual(['Credential Access'])
})

test('a tactic alone has no technique; Sigma 1 underscores are read too', () => {
  const [only] = threatOf(['attack.credential_access']).threat
  expect(only?.tactic.id).toBe('TA0006')
  expect(only).not.toHaveProperty('technique')
})

test('what names nothing known stays a tag', () => {
  const tags = ['attack.t9999', 'cve.2021-44228', 'attack.s0154']
  expect(threatOf(tags)).toEqual({ threat: [], rest: tags })
})

test('each technique of the table names known tactics and has its parent in the table', () => {
  for (const [id, technique] of techniques) {
    expect(technique.tactics.filter((tactic) => !tactics.has(tactic))).toEqual([])
    expect(techniques.has(id.split('.')[0] ?? '')).toBe(true)
  }
})

test('a technique that version 19 moved stands under the tactic that the rule names', () => {
  const under = (tactic: string): unknown => threatOf([tactic, 'attack.t1222.002']).threat[0]?.tactic
  expect(under('attack.defense-impairment')).toMatchObject({ id: 'TA0112', name: 'Defense Impairment' })
  expect(under('attack.stealth')).toMatchObject({ id: 'TA0005', name: 'Stealth' })
  expect(under('attack.defense-evasion')).toMatchObject({ id: 'TA0005', name: 'Defense Evasion' })
})

test('every ATT&CK tag of the pack is known', () => {
  const folder = new URL('../../../rules/detections/', import.meta.url)
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.yml'))
  const tags = files.flatMap(
    (name) => readFileSync(new URL(name, folder), 'utf8').match(/(?<=^ *- )attack\.\S+$/gm) ?? [],
  )
  expect(tags.length).toBeGreaterThan(20)
  expect(threatOf(tags).rest).toEqual([])
})
