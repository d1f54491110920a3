import { expect, it } from 'vitest'
import { any, pattern, text } from '../../src/ir/pattern.ts'
import { message, type Predicate } from '../../src/ir/predicate.ts'
import { printPredicate } from '../../src/ir/print.ts'
import { sigmaCim } from '../../src/mapping/sigma-cim.ts'
import { equals, eventRule, program, ruleId } from '../backend/program.ts'

type Source = Parameters<typeof eventRule>[2]

function mapped(where: Predicate, logsource: Source): string {
  const { program: after, diagnostics } = sigmaCim.mapProgram(program(eventRule('r', where, logsource)))
  const rule = after.rules.get(ruleId('r'))
  return rule?.kind === 'event' ? printPredicate(rule.where) : diagnostics.map((one) => one.code).join(' ')
}

it('means by a category the events that have the tags of its data model', () => {
  for (const product of ['windows', 'linux', 'macos'])
    expect(mapped(equals('Image', 'x'), { product, category: 'process_creation' })).toBe(
      'tag = "process" and tag = "report" and process_path ~ "x"',
    )
  expect(mapped(equals('TargetObject', 'x'), { product: 'windows', category: 'registry_set' })).toBe(
    'tag = "endpoint" and tag = "registry" and action = "modified" and registry_path ~ "x"',
  )
})

it('keeps the name of a field that no model has', () => {
  expect(mapped(equals('Hashes', 'x'), { product: 'windows', category: 'process_creation' })).toContain('Hashes ~ "x"')
  expect(mapped(equals('sc-win32-status', 'x'), { category: 'webserver' })).toBe('mapping/unknown-field')
})

it('means by other categories of Windows their event in its channel', () => {
  expect(mapped(equals('TargetImage', 'x'), { product: 'windows', category: 'create_remote_thread' })).toBe(
    '(source = "XmlWinEventLog:Microsoft-Windows-Sysmon/Operational" or source = "WinEventLog:Microsoft-Windows-Sysmon/Operational")' +
      ' and EventCode = "8" and TargetImage ~ "x"',
  )
})

it('looks for keywords in the raw text of a log', () => {
  const keyword = message({ is: 'text', pattern: pattern(any, text('x'), any), cased: false })
  expect(mapped(keyword, { product: 'linux', service: 'sshd' })).toBe('sourcetype = "linux_secure" and _raw ~ *"x"*')
  expect(mapped(keyword, { product: 'aws', service: 'cloudtrail' })).toBe('mapping/no-message')
})

it('answers no log source twice, and knows the types of the fields of the models', () => {
  expect(new Set(sigmaCim.sources).size).toBe(sigmaCim.sources?.length)
  expect(sigmaCim.field('dest_port')).toEqual({ type: 'long', multi: false })
  expect(sigmaCim.field('tag')).toEqual({ type: 'keyword', multi: true })
  expect(sigmaCim.field('process')).toEqual({ type: 'keyword', multi: false })
  expect(sigmaCim.field('Hashes')).toBeUndefined()
})
