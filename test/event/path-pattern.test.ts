import { expect, test } from 'vitest'
import { parsePathPattern } from '../../src/event/path-pattern.ts'

test.each([
  ['/etc/shadow', { kind: 'exact', path: '/etc/shadow' }],
  ['~/.netrc', { kind: 'exact', path: '~/.netrc' }],
  ['/etc/ssl/private/', { kind: 'below', directory: '/etc/ssl/private/', name: null }],
  ['~/', { kind: 'below', directory: '~/', name: null }],
  ['**/id_rsa', { kind: 'below', directory: null, name: { kind: 'name', text: 'id_rsa' } }],
  ['**/*.tar.gz', { kind: 'below', directory: null, name: { kind: 'suffix', text: '.tar.gz' } }],
  ['/proc/**/mem', { kind: 'below', directory: '/proc/', name: { kind: 'name', text: 'mem' } }],
  ['~/.ssh/**/*.pub', { kind: 'below', directory: '~/.ssh/', name: { kind: 'suffix', text: '.pub' } }],
])('reads %s', (text, pattern) => {
  expect(parsePathPattern(text)).toEqual(pattern)
})

test.each([
  ['etc/shadow', 'begins with'],
  ['', 'begins with'],
  ['~alice/.ssh/', 'begins with'],
  ['/', 'everything'],
  ['/**/mem', 'everything'],
  ['/etc//shadow', 'empty part'],
  ['/etc/../shadow', 'empty part'],
  ['/home/*/.ssh/', 'may only stand'],
  ['/etc/*.key', 'may only stand'],
  ['**/id_*', 'suffix'],
  ['**/*key', 'suffix'],
  ['**/*', 'suffix'],
  ['**/', 'one name'],
  ['**/.git/hooks/', 'one name'],
  ['**/**/x', 'one name'],
  ['/etc/\0', 'zero byte'],
  [`/${'a'.repeat(5000)}`, 'longer'],
])('refuses %j', (text, why) => {
  expect(parsePathPattern(text)).toEqual({ refused: expect.stringContaining(why) as string })
})
