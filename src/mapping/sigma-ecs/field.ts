import type { FieldName } from '../../ir/predicate.ts'
import type { FieldInfo, FieldType } from '../mapping.ts'

/** What is no plain keyword of one value, by the field references of ECS 8 and of the integrations. */
const SPECIAL: Readonly<Record<string, FieldInfo>> = {
  ...each('date', ['@timestamp']),
  ...each('keyword', ['event.id', 'host.id', 'host.name', 'user.id', 'agent.id']),
  ...each('long', [
    'destination.port',
    'event.sequence',
    'http.request.bytes',
    'http.response.bytes',
    'http.response.status_code',
    'powershell.sequence',
    'powershell.total',
    'process.exit_code',
    'process.parent.pid',
    'process.pid',
    'process.thread.id',
    'source.port',
  ]),
  ...each('ip', ['destination.ip', 'source.ip']),
  ...each('boolean', [
    'azure.signinlogs.properties.device_detail.is_compliant',
    'okta.security_context.is_proxy',
    'sysmon.file.archived',
    'sysmon.file.is_executable',
  ]),
  ...each('keyword', ['message', 'powershell.file.script_block_text'], { analyzed: true }),
  ...each('keyword', ['dns.answers.data', 'event.category', 'event.type', 'winlog.keywords'], { multi: true }),
  ...each('keyword', ['registry.data.strings'], { multi: true, parts: true }),
  ...each('keyword', ['process.command_line', 'process.parent.command_line', 'url.original', 'url.path'], {
    parts: true,
  }),
}

/** Below these every event may have other fields, each a keyword. */
const OPEN = /^(?:winlog\.event_data|auditd\.log|kubernetes\.audit|aws|azure|gcp|github|okta)\./

/** @param named the fields that the tables name */
export function fieldInfo(name: FieldName, named: ReadonlySet<FieldName>): FieldInfo | undefined {
  if (Object.hasOwn(SPECIAL, name)) return SPECIAL[name]
  if (OPEN.test(name)) return { type: 'keyword', multi: false, optional: true }
  return named.has(name) ? { type: 'keyword', multi: false } : undefined
}

function each(type: FieldType, names: readonly string[], more: Partial<FieldInfo> = {}): Record<string, FieldInfo> {
  return Object.fromEntries(names.map((name) => [name, { type, multi: false, ...more }]))
}
