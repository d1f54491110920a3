import { describe, expect, it } from 'vitest'
import { pattern, text, any } from '../../src/ir/pattern.ts'
import { message, not, type Predicate, type ValueTest } from '../../src/ir/predicate.ts'
import { printPredicate } from '../../src/ir/print.ts'
import { ecsFields } from '../../src/mapping/ecs-fields.ts'
import { sigmaEcs } from '../../src/mapping/sigma-ecs.ts'
import { POWERSHELL_EVENTS, SYSMON_EVENTS, WINDOWS_CHANNELS } from '../../src/mapping/windows-channel.ts'
import { correlation, equals, eventRule, groupKey, ordered, program, ruleId, tested } from '../backend/program.ts'

type Source = Parameters<typeof eventRule>[2]

function mapped(where: Predicate, logsource: Source): string {
  const { program: after, diagnostics } = sigmaEcs.mapProgram(program(eventRule('r', where, logsource)))
  const rule = after.rules.get(ruleId('r'))
  if (rule?.kind !== 'event') return diagnostics.map((one) => one.code).join(' ')
  expect(diagnostics).toEqual([])
  return printPredicate(rule.where)
}

const windows = (category: string): Source => ({ product: 'windows', category })
const contains = (of: string): ValueTest => ({ is: 'text', pattern: pattern(any, text(of), any), cased: false })

describe('a category of Windows', () => {
  it('is its event of Sysmon, and what else tells the same', () => {
    expect(mapped(equals('Image', 'x'), windows('process_creation'))).toBe(
      '((winlog.channel = "Microsoft-Windows-Sysmon/Operational" and event.code = "1")' +
        ' or (winlog.channel = "Security" and event.code = "4688")' +
        ' or (event.module = "endpoint" and host.os.type = "windows" and event.category = "process" and event.type = "start"))' +
        ' and process.executable ~ "x"',
    )
    expect(mapped(equals('PipeName', 'x'), windows('pipe_created'))).toBe(
      'winlog.channel = "Microsoft-Windows-Sysmon/Operational" and (event.code = "17" or event.code = "18") and file.name ~ "x"',
    )
  })

  it('takes an account, hashes and the data of the registry apart as the events do', () => {
    expect(mapped(equals('User', 'NT AUTHORITY\\SYSTEM'), windows('driver_load'))).toContain(
      'user.domain ~ "NT AUTHORITY" and user.name ~ "SYSTEM"',
    )
    expect(mapped(tested('Hashes', contains('IMPHASH=aabb')), windows('image_load'))).toContain(
      'file.pe.imphash ~ "aabb"*',
    )
    expect(mapped(equals('Details', 'DWORD (0x0000000a)'), windows('registry_add'))).toContain(
      'registry.data.type = "SZ_DWORD" and registry.data.strings = "10"',
    )
    expect(mapped(equals('Initiated', 'true'), windows('network_connection'))).toContain('network.direction = "egress"')
  })

  it('keeps a field without an ECS name where Winlogbeat puts it', () => {
    expect(mapped(equals('IntegrityLevel', 'High'), windows('process_creation'))).toContain(
      'winlog.event_data.IntegrityLevel ~ "High"',
    )
  })

  it('is left out for what the events cannot be asked', () => {
    expect(mapped(equals('Hashes', 'MD5=00'), windows('image_load'))).toBe('mapping/unknown-field')
    expect(mapped(equals('ContextInfo', 'x'), windows('ps_module'))).toBe('mapping/unknown-field')
    expect(mapped(equals('User', 'x'), windows('no_such'))).toBe('mapping/unknown-logsource')
  })
})

it('answers every category and service of Windows that the taxonomy lists', () => {
  for (const category of [...Object.keys(SYSMON_EVENTS), ...Object.keys(POWERSHELL_EVENTS)])
    expect(sigmaEcs.sources).toContain(`product: windows, category: ${category}`)
  for (const service of Object.keys(WINDOWS_CHANNELS))
    expect(sigmaEcs.sources).toContain(`product: windows, service: ${service}`)
  expect(new Set(sigmaEcs.sources).size).toBe(sigmaEcs.sources?.length)
})

describe('a channel of Windows', () => {
  it('has the fields that moved, and the others below winlog.event_data', () => {
    const where = mapped(equals('IpAddress', '10.0.0.1'), { product: 'windows', service: 'security' })
    expect(where).toBe('winlog.channel = "Security" and source.ip ~ "10.0.0.1"')
    expect(mapped(equals('TargetUserName', 'x'), { product: 'windows', service: 'security' })).toContain(
      'winlog.event_data.TargetUserName',
    )
    expect(mapped(tested('EventID', { is: 'number', value: 7045 }), { product: 'windows', service: 'system' })).toBe(
      'winlog.channel = "System" and event.code = 7045',
    )
  })
})

describe('Linux and others', () => {
  it('are told by the categories of ECS, forks left out', () => {
    expect(mapped(equals('CommandLine', 'x'), { product: 'linux', category: 'process_creation' })).toBe(
      'host.os.type = "linux" and event.category = "process" and event.type = "start" and not event.action = "fork" and process.command_line ~ "x"',
    )
    expect(mapped(equals('OriginalFileName', 'x'), { product: 'linux', category: 'process_creation' })).toBe(
      'mapping/unknown-field',
    )
  })

  it('keep records of auditd below auditd.log', () => {
    expect(mapped(not(equals('a0', 'x')), { product: 'linux', service: 'auditd' })).toBe(
      'event.dataset = "auditd.log" and not auditd.log.a0 ~ "x"',
    )
    expect(mapped(equals('type', 'EXECVE'), { product: 'linux', service: 'auditd' })).toContain(
      'event.action ~ "EXECVE"',
    )
  })

  it('look for keywords in the message, where it is kept', () => {
    expect(mapped(message(contains('Accepted')), { product: 'linux', service: 'sshd' })).toBe(
      'event.dataset = "system.auth" and message ~ *"Accepted"*',
    )
    expect(mapped(message(contains('x')), { category: 'webserver' })).toBe('mapping/no-message')
  })

  it('take the names of an integration as they stand', () => {
    expect(mapped(equals('gcp.audit.method_name', 'x'), { product: 'gcp', service: 'gcp.audit' })).toBe(
      'event.dataset = "gcp.audit" and gcp.audit.method_name ~ "x"',
    )
  })
})

it('reads keys of a correlation from the fields of each rule, and leaves out what is no one field', () => {
  const a = eventRule('a', equals('Image', 'x'), windows('process_creation'))
  const mapKeys = (name: string): readonly string[] => {
    const rules = program(a, correlation('c', ordered(['a', 'a']), { group: [groupKey(name)] }))
    const { program: after, diagnostics } = sigmaEcs.mapProgram(rules)
    const rule = after.rules.get(ruleId('c'))
    const fields = rule?.kind === 'correlation' ? [...(rule.group[0]?.fieldOf.values() ?? [])] : []
    return [...fields, ...diagnostics.map((one) => one.code)]
  }
  expect(mapKeys('ProcessGuid')).toEqual(['process.entity_id'])
  expect(mapKeys('User')).toEqual(['mapping/unknown-field'])
})

it('knows the same fields of rules that have their names already', () => {
  const rules = program(eventRule('r', equals('process.executable', 'x'), { product: 'any' }))
  expect(ecsFields.mapProgram(rules)).toEqual({ program: rules, diagnostics: [] })
  expect(ecsFields.field('process.pid')).toEqual(sigmaEcs.field('process.pid'))
})

it('knows how fields are stored', () => {
  expect(sigmaEcs.field('message')).toMatchObject({ analyzed: true })
  expect(sigmaEcs.field('powershell.file.script_block_text')).toMatchObject({ analyzed: true })
  expect(sigmaEcs.field('process.pid')).toEqual({ type: 'long', multi: false })
  expect(sigmaEcs.field('event.category')).toEqual({ type: 'keyword', multi: true })
  expect(sigmaEcs.field('winlog.event_data.Anything')).toEqual({ type: 'keyword', multi: false, optional: true })
  expect(sigmaEcs.field('user.domain')).toEqual({ type: 'keyword', multi: false })
  expect(sigmaEcs.field('no.such.field')).toBeUndefined()
})
