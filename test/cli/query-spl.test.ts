import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { detpack } from './detpack.ts'

const folder = mkdtempSync(path.join(os.tmpdir(), 'detpack-query-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function file(name: string, text: string): string {
  const written = path.join(folder, name)
  writeFileSync(written, text)
  return written
}

const events = file(
  'events.ndjson',
  ['{"_time":1,"user":"a","n":1}', '{"_time":2,"user":"b","n":2}', '{"_time":3,"user":"a","tags":["x","y"]}'].join(
    '\n',
  ),
)

test('SPL runs on recorded events, one JSON object a row', () => {
  const ended = detpack(['query', 'spl', '* | eval k=user . "!" | table _time k tags', '--events', events])
  expect(
    ended.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
  ).toEqual([
    { _time: 3, k: 'a!', tags: ['x', 'y'] },
    { _time: 2, k: 'b!' },
    { _time: 1, k: 'a!' },
  ])
  expect(ended.stderr).toContain('3 events read, 3 rows found')
  expect(ended.stderr).not.toContain('without a readable time')
  expect(ended.code).toBe(0)
})

test('with tables and macros', () => {
  const assets = file('assets.csv', 'user,owner\na,ops\n')
  const macros = file(
    'macros.conf',
    '[owned(1)]\nargs = by\ndefinition = lookup assets user OUTPUT owner \\\n| search owner="$by$"\n',
  )
  const query = file('search.spl', 'user=*\n| `owned(ops)`\n| stats count by owner\n| outputlookup seen\n')
  const ended = detpack([
    'query',
    'spl',
    '-f',
    query,
    '--events',
    events,
    '--lookup',
    `assets=${assets}`,
    '--macros',
    macros,
  ])
  expect(ended.stdout).toBe('{"owner":"ops","count":2}\n')
  expect(ended.stderr).toContain('search.spl:4:16: info[spl/written]: the table "seen" would hold 1 row')
})

test('a refused query says where, and what to write', () => {
  const ended = detpack(['query', 'spl', 'user=* | stats cout by user', '--events', events])
  expect(ended.code).toBe(1)
  expect(ended.stdout).toBe('')
  expect(ended.stderr).toContain('<query>:1:16: error[spl/unknown-function]: the aggregate "cout" is not known')
  expect(ended.stderr).toContain('did you mean "count"?')
})
