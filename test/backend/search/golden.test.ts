import { expect, test } from 'vitest'
import type { Backend } from '../../../src/backend/backend.ts'
import { kqlBackend } from '../../../src/backend/kql/backend.ts'
import { luceneBackend } from '../../../src/backend/lucene/backend.ts'
import { any, one, pattern, text, type PatternPart } from '../../../src/ir/pattern.ts'
import { all, anyOf, message, not, type Predicate, type ValueTest } from '../../../src/ir/predicate.ts'
import { ecs } from '../../../src/mapping/ecs.ts'
import type { FieldInfo, Mapping } from '../../../src/mapping/mapping.ts'
import { equals, eventRule, program, tested } from '../program.ts'

const like = (...parts: readonly PatternPart[]): ValueTest => ({ is: 'text', pattern: pattern(...parts), cased: false })
const cased = (...parts: readonly PatternPart[]): ValueTest => ({ is: 'text', pattern: pattern(...parts), cased: true })
const flags = { ignoreCase: false, multiline: false, dotAll: false }

/** Fields of which one is stored in lower case as well, and others whose names are odd. */
const folding: Mapping = {
  ...ecs,
  field: (name): FieldInfo | undefined =>
    name === 'process.command_line'
      ? { type: 'keyword', multi: false, folded: 'process.command_line.caseless' }
      : ecs.field(name),
}

const inBoth: Readonly<Record<string, Predicate>> = {
  'text-with-case': all(
    tested('process.name', cased(text('Curl'))),
    tested('file.path', cased(text('/etc/'), any)),
    tested('process.name', cased(any, text('-x'))),
    anyOf(tested('process.name', cased(text('a "b"\\'))), tested('process.name', cased(text('')))),
    tested('process.name', like(any)),
  ),
  'values-of-one-field': all(
    anyOf(equals('process.pid', '1'), tested('process.pid', { is: 'number', value: -2 }), equals('process.name', '42')),
    not(anyOf(equals('event.outcome', 'FAILURE'), tested('event.outcome', like(text('un'), any)))),
  ),
  'types-of-fields': all(
    tested('process.pid', { is: 'order', operator: 'gt', value: 5.5 }),
    tested('process.pid', { is: 'order', operator: 'lte', value: -1 }),
    tested('detpack.descriptor.raced', { is: 'boolean', value: true }),
    anyOf(
      tested('destination.ip', { is: 'cidr', network: '10.0.0.0/8' }),
      tested('destination.ip', { is: 'cidr', network: '::/0' }),
      tested('destination.ip', like(text('192.168.'), any)),
      equals('destination.ip', 'fe80::1'),
    ),
    tested('process.name', { is: 'null' }),
    not(tested('file.path', { is: 'exists', present: false })),
  ),
  'odd-names': all(equals('cs-uri-query', '1'), equals('a field:x', '2'), equals('and', '3'), equals('(x)', '4')),
  'an-exact-number-on-an-unknown-field': tested('EventID', { is: 'number', value: 4624 }),
  'always-and-never': anyOf(all(), anyOf()),
  never: all(anyOf(), equals('process.name', '1')),
}

const onlyInLucene: Readonly<Record<string, Predicate>> = {
  'text-without-case': all(
    equals('process.name', 'Ask é'),
    tested('file.path', like(any, text('/id_'), one, any, text('.Pem'))),
    equals('file.path', 'C:\\'),
  ),
  'case-beside-wildcards': tested('file.path', cased(text('a b'), any, text('\\(c)?'), one)),
  'regular-expression': tested('file.path', { is: 'regex', source: '(^|/)id_\\w+(?i)\\.PUB$', flags }),
  keywords: all(
    message({ is: 'text', pattern: pattern(any, text('rm -rf /'), any), cased: false }),
    not(message({ is: 'text', pattern: pattern(any, text('Permission denied'), any), cased: true })),
  ),
}

const onlyInKql: Readonly<Record<string, Predicate>> = {
  'stored-without-case': all(
    equals('process.command_line', 'CMD /c "x"'),
    tested('process.command_line', like(any, text('Mimikatz'), any)),
  ),
}

function write(backend: Backend, where: Predicate): string {
  const rule = eventRule('r', where)
  const context = { mapping: folding, store: { elasticIndex: '', splunkBase: '' }, today: '2026-11-23' }
  const compiled = backend.compile(program(rule), rule.id, context)
  expect(compiled.diagnostics).toEqual([])
  return compiled.kind === 'query' ? `${compiled.query.text}\n` : ''
}

for (const [name, where] of Object.entries({ ...inBoth, ...onlyInLucene }))
  test(`Lucene: ${name.replaceAll('-', ' ')}`, async () => {
    await expect(write(luceneBackend, where)).toMatchFileSnapshot(`golden/${name}.lucene`)
  })

for (const [name, where] of Object.entries({ ...inBoth, ...onlyInKql }))
  test(`KQL: ${name.replaceAll('-', ' ')}`, async () => {
    await expect(write(kqlBackend, where)).toMatchFileSnapshot(`golden/${name}.kql`)
  })
