/** A rule of the audit system, so that two ways to write it are equal: `auditctl -l` prints them otherwise than people do. */
export interface AuditRule {
  readonly text: string
  /** The same for rules that mean the same. */
  readonly key: string
  /** The calls that it names: `all` for every one, none for a watch. */
  readonly calls: readonly string[]
  /** Whether it makes a record at the end of each such call, whatever else it asks. */
  readonly records: boolean
}

/**
 * Reads the rules in a file of /etc/audit/rules.d, or what `auditctl -l` prints (audit.rules(7)); settings, comments and
 * what is no rule are left out.
 */
export function parseAuditRules(text: string): readonly AuditRule[] {
  return text.split('\n').flatMap((line) => {
    const rule = ruleOf(line.trim())
    return rule === undefined ? [] : [rule]
  })
}

function ruleOf(text: string): AuditRule | undefined {
  if (!/^-[aAw]\s/.test(text)) return undefined
  const words = text.split(/\s+/).map((word) => word.replace(/^(['"])(.*)\1$/, '$2'))
  const parts: string[] = []
  const calls: string[] = []
  let list = ''
  for (let i = 0; i < words.length; i += 2) {
    const [option = '', value = ''] = [words[i], words[i + 1]]
    if (option === '-a' || option === '-A') list = value.split(',').sort().join(',')
    else if (option === '-S') calls.push(...value.split(','))
    else if (option === '-w') parts.push(`path=${trimmed(value)}`)
    else if (option === '-p') parts.push(`perm=${letters(value)}`)
    else if (option === '-k') parts.push(`key=${value}`)
    else if (option === '-F') parts.push(condition(value))
    else parts.push(`${option} ${value}`)
  }
  const key = [list === '' ? 'always,exit' : list, calls.sort().join(','), ...parts.sort()].join(' ')
  return { text, key, calls, records: list === 'always,exit' && !text.includes('arch=b32') }
}

/** `a0=5` and `a0=0x5`, `auid!=unset` and `auid!=-1`, `dir=/etc/` and `path=/etc` are the same. */
function condition(text: string): string {
  const [, field = '', test = '', value = ''] = /^(\w+)([<>=!&]+)(.*)$/.exec(text) ?? []
  if (field === 'dir' || field === 'path') return `path=${trimmed(value)}`
  if (field === 'perm') return `perm=${letters(value)}`
  if (/^(0x[0-9a-f]+|\d+)$/i.test(value)) return `${field}${test}${value === '4294967295' ? '-1' : BigInt(value)}`
  return `${field}${test}${value === 'unset' ? '-1' : value}`
}

function trimmed(path: string): string {
  return path.replace(/(.)\/+$/, '$1')
}

function letters(text: string): string {
  return Array.from(text).sort().join('')
}
