import fc from 'fast-check'
import { expect, it } from 'vitest'
import { judgeAudit } from '../../../src/govern/host/audit.ts'
import { parseAuditRules } from '../../../src/govern/host/audit-rule.ts'

const word = fc.constantFrom(
  '-a',
  '-S',
  '-F',
  '-w',
  '-k',
  'always,exit',
  'bpf,mount',
  'a0=0xZ',
  'a0=',
  'key=x',
  '/etc/',
  '',
)
const text = fc.oneof(
  fc.string(),
  fc.array(fc.array(word).map((line) => line.join(' '))).map((all) => all.join('\n')),
)

it('reads whatever comes, and judges it', () => {
  fc.assert(
    fc.property(text, text, text, (status, loaded, onDisk) => {
      const found = judgeAudit({ status, loaded, onDisk, commandLine: status, why: '' })
      expect(found.map(({ id }) => id).sort()).toEqual(['DP-6.2', 'DP-6.3', 'DP-6.4', 'DP-6.5', 'DP-6.6', 'DP-6.7'])
    }),
  )
})

const conditions = fc.uniqueArray(
  fc.constantFrom('arch=b64', 'a0=5', 'auid!=unset', 'success=1', 'exit=-EPERM', 'uid=0'),
)
const calls = fc.uniqueArray(fc.constantFrom('bpf', 'mount', 'ptrace', 'setuid'), { minLength: 1 })

it('takes rules for the same in whichever order their parts are, and for others when a part is missing', () => {
  const rule = (fields: readonly string[], named: readonly string[]): string =>
    ['-a always,exit', ...fields.map((field) => `-F ${field}`), `-S ${named.join(',')}`, '-k x'].join(' ')
  const key = (line: string): string | undefined => parseAuditRules(line)[0]?.key
  fc.assert(
    fc.property(conditions, calls, (fields, named) => {
      const straight = key(rule(fields, named))
      expect(key(rule([...fields].reverse(), [...named].reverse()))).toBe(straight)
      expect(key(rule([...fields, 'gid=7'], named))).not.toBe(straight)
    }),
  )
})
