import { describe, expect, it } from 'vitest'
import type { PackException, ScopePart } from '../../../src/artifact/exception.ts'
import { kibanaExceptions, scopeQuery } from '../../../src/artifact/kibana/exception.ts'
import { exceptionViolations } from '../../target/elastic/interface-description.ts'
import { span } from '../rule-fixture.ts'

const TYPES: Readonly<Record<string, string>> = {
  'process.executable': 'keyword',
  'file.path': 'keyword',
  'process.pid': 'long',
  '@timestamp': 'date',
}
const knows = (name: string): { type: string; multi: boolean } | undefined => {
  const type = TYPES[name]
  return type === undefined ? undefined : { type, multi: false }
}

function part(field: string, values: readonly string[], test: ScopePart['test'] = 'is'): ScopePart {
  return { field, test, values, span }
}

function exceptionOf(...scope: readonly ScopePart[]): PackException {
  return {
    ...{ id: 'X-1', title: 'The nightly backup', reason: 'It has to.', owner: 'Head of IT', author: 'anna' },
    ...{ approver: 'bert', ticket: 'OPS-1', scope, until: Date.UTC(2027, 4, 31, 23, 59, 59, 999), span },
  }
}

const made = (...scope: readonly ScopePart[]) => kibanaExceptions(exceptionOf(...scope), 'mine', 'r1', knows)

describe('an exception of a pack', () => {
  it('is an item that expires with it, and says who answers for it', () => {
    const { items, diagnostics } = made(part('process.executable', ['/usr/bin/restic']))
    expect(diagnostics).toEqual([])
    expect(items).toMatchObject([
      {
        item_id: 'detpack:mine:X-1',
        list_id: 'detpack:mine:r1',
        expire_time: '2027-05-31T23:59:59.999Z',
        description: expect.stringContaining('approved by bert. Ticket: OPS-1') as string,
        entries: [{ field: 'process.executable', operator: 'included', type: 'match', value: '/usr/bin/restic' }],
      },
    ])
    expect(exceptionViolations('ExceptionListItemCreate', items[0])).toEqual([])
  })

  it('holds where all its parts do; any of the values of one will do', () => {
    const { items } = made(part('process.executable', ['a', 'b']), part('file.path', ['/etc/*'], 'like'))
    expect(items[0]?.entries).toEqual([
      { field: 'process.executable', operator: 'included', type: 'match_any', value: ['a', 'b'] },
      { field: 'file.path', operator: 'included', type: 'wildcard', value: '/etc/*' },
    ])
  })

  it('refers to a list where a part has more values than a query should have, each there once', () => {
    const many = Array.from({ length: 501 }, (_, at) => `/opt/${at}`)
    const { items, lists } = made(part('file.path', [...many, '/opt/0']), part('process.executable', ['x']))
    expect(items.map(({ entries }) => entries)).toEqual([
      [
        {
          field: 'file.path',
          operator: 'included',
          type: 'list',
          list: { id: 'detpack:mine:X-1:file.path', type: 'keyword' },
        },
        { field: 'process.executable', operator: 'included', type: 'match', value: 'x' },
      ],
    ])
    expect(lists).toMatchObject([{ id: 'detpack:mine:X-1:file.path', type: 'keyword', values: many.toSorted() }])
    expect(exceptionViolations('ExceptionListItemCreate', items[0])).toEqual([])
    expect(made(part('file.path', many.slice(1))).lists).toEqual([])
  })

  it('is an item for each pattern, since Kibana has no "any of these patterns"', () => {
    const { items } = made(part('file.path', ['/a/*', '/b/*'], 'like'), part('process.executable', ['x']))
    expect(items.map((item) => item.item_id)).toEqual(['detpack:mine:X-1:1', 'detpack:mine:X-1:2'])
    expect(items.map((item) => item.entries[0])).toMatchObject([{ value: '/a/*' }, { value: '/b/*' }])
  })

  it.each([
    ['a field that the mapping does not know', part('process.exe', ['x']), 'artifact/exception-field'],
    ['a pattern on a number', part('process.pid', ['1*'], 'like'), 'artifact/exception-field'],
    ['a time, which is compared by stretches', part('@timestamp', ['2026']), 'artifact/exception-field'],
    ['an empty text', part('file.path', ['']), 'artifact/exception-field'],
    [
      'more values than a list may have',
      part('file.path', Array.from({ length: 50_001 }, String)),
      'artifact/exception-size',
    ],
    [
      'a value of two lines in a list',
      part('file.path', ['a\nb', ...Array.from({ length: 500 }, String)]),
      'artifact/exception-field',
    ],
    [
      'a value of blanks in a list',
      part('file.path', [' ', ...Array.from({ length: 500 }, String)]),
      'artifact/exception-field',
    ],
    [
      'more patterns than items',
      part(
        'file.path',
        Array.from({ length: 51 }, (_, i) => `${i}*`),
        'like',
      ),
      'artifact/exception-size',
    ],
  ])('with %s is refused', (_, wrong, code) => {
    expect(made(wrong)).toMatchObject({ items: [], diagnostics: [{ code }] })
  })

  it('is a query too, where there is no Kibana', () => {
    expect(scopeQuery([part('a', ['1', '2']), part('b', ['x*', 'y?'], 'like')])).toEqual({
      bool: {
        filter: [
          { terms: { a: ['1', '2'] } },
          {
            bool: {
              should: [{ wildcard: { b: { value: 'x*' } } }, { wildcard: { b: { value: 'y?' } } }],
              minimum_should_match: 1,
            },
          },
        ],
      },
    })
  })
})
