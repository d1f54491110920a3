import { describe, expect, it } from 'vitest'
import { Source } from '../../../src/diagnostic/source.ts'
import { checkExceptions } from '../../../src/govern/exception/check.ts'
import { parseException, type Exception } from '../../../src/govern/exception/exception.ts'
import { scopeTest } from '../../../src/govern/exception/scope.ts'
import { readSigma } from '../../../src/sigma/index.ts'
import { at } from '../log/people.ts'

const GOOD = `id: X-1
title: The nightly backup
rule: key_read
reason: It has to.
owner: IT
author: anna
approver: bert
ticket: OPS-1
scope:
  process.executable: /usr/bin/restic
from: 2026-10-01
until: 2027-03-31
residual: [key_sent]
tests: {fires: attack.ndjson, silent: backup.ndjson}
`

const RULES = [
  ...readSigma(
    ['key_read', 'key_sent'].map(
      (name) =>
        new Source(
          `${name}.yml`,
          `title: ${name}\nname: ${name}\nlogsource: {product: linux}\ndetection:\n  a: {b: c}\n  condition: a\n`,
        ),
    ),
  ).program.rules.values(),
]

function parse(text: string): Exception {
  const { exception, diagnostics } = parseException(new Source('x.yml', text))
  if (exception === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'))
  return exception
}

function codes(text: string): readonly string[] {
  return parseException(new Source('x.yml', text)).diagnostics.map(({ code }) => code)
}

function checked(text: string, now = '2026-11-01'): readonly string[] {
  return checkExceptions([parse(text)], RULES, at(now)).map(({ code, severity }) => `${severity} ${code}`)
}

describe('an exception', () => {
  it('holds from its first day to the end of its last', () => {
    expect(parse(GOOD)).toMatchObject({ id: 'X-1', from: at('2026-10-01'), until: at('2027-04-01') - 1 })
    expect(checked(GOOD)).toEqual([])
    expect(checked(GOOD, '2027-03-20')).toEqual(['warning govern/exception-ends-soon'])
    expect(checked(GOOD, '2027-04-01')).toEqual(['error govern/exception-expired'])
  })

  it.each([
    ['govern/wrong-type', 'a list', '- a\n'],
    ['govern/missing-key', 'no ticket', GOOD.replace('ticket: OPS-1\n', '')],
    ['govern/missing-key', 'a reason that says nothing', GOOD.replace('It has to.', "''")],
    ['govern/unknown-key', 'a key nobody knows', `${GOOD}forever: true\n`],
    ['govern/name', 'an id with a blank', GOOD.replace('X-1', 'X 1')],
    ['govern/exception-too-long', 'more than a year', GOOD.replace('2027-03-31', '2027-10-15')],
    ['govern/exception-term', 'an end before its beginning', GOOD.replace('2027-03-31', '2026-09-01')],
    ['govern/wrong-type', 'a day that no month has', GOOD.replace('2027-03-31', '2027-02-30')],
    ['govern/same-test', 'one recording for both tests', GOOD.replace('backup.ndjson', 'attack.ndjson')],
    [
      'govern/broad-scope',
      'an account alone',
      GOOD.replace('process.executable: /usr/bin/restic', 'user.name: backup'),
    ],
    [
      'govern/broad-scope',
      'an empty scope',
      GOOD.replace('scope:\n  process.executable: /usr/bin/restic', 'scope: {}'),
    ],
    [
      'govern/scope',
      'a pattern for all',
      GOOD.replace('process.executable: /usr', "process.executable|like: '**' # /usr"),
    ],
    ['govern/scope', 'another test', GOOD.replace('process.executable:', 'process.executable|re:')],
  ])('is refused: %s (%s)', (code, _what, text) => {
    expect(codes(text)).toEqual([code])
  })

  it.each([
    ['govern/unknown-rule', GOOD.replace('rule: key_read', 'rule: key_raed')],
    ['govern/residual', GOOD.replace('key_sent', 'key_read')],
    ['govern/own-approval', GOOD.replace('approver: bert', 'approver: Anna')],
  ])('does not pass the check: %s', (code, text) => {
    expect(checked(text)).toEqual([`error ${code}`])
  })

  it('is there once', () => {
    expect(checkExceptions([parse(GOOD), parse(GOOD)], RULES, at('2026-11-01')).map(({ code }) => code)).toEqual([
      'govern/duplicate-exception',
    ])
  })
})

describe('a scope', () => {
  const holds = (scope: string, event: Parameters<ReturnType<typeof scopeTest>>[0]): boolean =>
    scopeTest(parse(GOOD.replace('process.executable: /usr/bin/restic', scope)).scope)(event)

  it('holds when all of its parts do, each for any of its values', () => {
    const scope = 'process.executable: /usr/bin/restic\n  file.path: [/a, /b]'
    const event = (executable: string, path: string): object => ({ process: { executable }, file: { path } })
    const of = (executable: string, path: string): boolean => holds(scope, event(executable, path) as never)
    expect([of('/usr/bin/restic', '/b'), of('/usr/bin/restic', '/c'), of('/usr/bin/Restic', '/a')]).toEqual([
      true,
      false,
      false,
    ])
    expect(holds(scope, { file: { path: '/a' } })).toBe(false)
  })

  it('compares patterns whole, with everything but * and ? as it stands', () => {
    const of = (pattern: string, path: string): boolean => holds(`file.path|like: '${pattern}'`, { file: { path } })
    expect(of('/home/*/.ssh/id_?', '/home/a/b/.ssh/id_1')).toBe(true)
    expect(of('/home/*/.ssh/id_?', '/home/a/.ssh/id_12')).toBe(false)
    expect(of('/a.b', '/aXb')).toBe(false)
    expect(of('/a\\*', '/a*')).toBe(true)
    expect(of('/a\\*', '/ab')).toBe(false)
  })

  it('comes to an end with a pattern of many stars', () => {
    expect(holds(`file.path|like: '${'*a'.repeat(12)}b'`, { file: { path: 'a'.repeat(2000) } })).toBe(false)
  })
})
