import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { Source } from '../../src/diagnostic/source.ts'
import { parsePathPattern } from '../../src/event/path-pattern.ts'
import { decodeResources } from '../../src/event/resource-file.ts'
import { ResourceTable } from '../../src/event/resource.ts'

/** Decides classes as the sensor does; built by `make -C sensor test`. */
const PROGRAM = new URL('../../sensor/build/unit/class', import.meta.url).pathname
const RESOURCES = new URL('../../rules/resources.yml', import.meta.url)

const built = existsSync(PROGRAM)
if (!built) process.stderr.write(`SKIP test/sensor/class: there is no ${PROGRAM}; run make -C sensor test\n`)

const folder = mkdtempSync(path.join(tmpdir(), 'detpack-class-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

function patternFields(text: string): readonly string[] {
  const pattern = parsePathPattern(text)
  if ('refused' in pattern) throw new Error(`${text}: ${pattern.refused}`)
  if (pattern.kind === 'exact') return ['exact', pattern.path]
  if (pattern.name === null) return ['below', pattern.directory]
  return [pattern.name.kind, pattern.directory ?? '-', pattern.name.text]
}

/** The table as class.c reads it. */
function tableText(table: ResourceTable): string {
  const rows = [['detpack-classes', '1'], ['digest', table.digest], ...table.homes.map((home) => ['home', home])]
  for (const [rank, { name, follow, paths, except }] of table.classes.entries()) {
    const number = String(rank + 1)
    rows.push(['class', number, name, follow ? 'follow' : 'ignore'])
    for (const text of paths) rows.push(['match', number, ...patternFields(text)])
    for (const text of except) rows.push(['except', number, ...patternFields(text)])
  }
  return rows.map((row) => `${row.join('\t')}\n`).join('')
}

/** The class of each path, as the sensor says. */
function decide(table: ResourceTable, paths: readonly string[]): readonly (string | undefined)[] {
  const file = path.join(folder, 'table')
  writeFileSync(file, tableText(table))
  const answer = execFileSync(PROGRAM, ['--decide', file], { input: paths.map((each) => `${each}\n`).join('') })
  const numbers = answer.toString().trimEnd().split('\n').map(Number)
  return numbers.map((number) => table.classes[number - 1]?.name)
}

function expectAgreement(table: ResourceTable, paths: readonly string[]): void {
  const expected = paths.map((each) => [each, table.classOf(each)])
  const got = decide(table, paths)
  expect(paths.map((each, at) => [each, got[at]])).toEqual(expected)
}

const part = fc.constantFrom('a', 'b', 'etc', 'home', 'root', '.ssh', 'x.pem', 'x.tar.gz', '.gz', '~', 'é.pem', 'a b')
const clean = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'))
const place = fc.tuple(fc.constantFrom('/', '~/'), clean).map(([root, rest]) => root + rest)
const suffix = fc.constantFrom('*.pem', '*.gz', '*.tar.gz', '*.ssh')
const pattern = fc.oneof(
  place,
  place.map((each) => `${each}/`),
  fc.tuple(fc.oneof(place, fc.constantFrom('~', '')), fc.oneof(part, suffix)).map(([at, name]) => `${at}/**/${name}`),
  fc.oneof(part, suffix).map((name) => `**/${name}`),
  fc.constant('~/'),
)
const patterns = fc.array(
  pattern.filter((text) => !('refused' in parsePathPattern(text))),
  { maxLength: 5 },
)
const tables = fc
  .record({
    homes: fc.uniqueArray(fc.constantFrom('/root', '/home/*', '/a/b', '/etc/*'), { maxLength: 3 }),
    classes: fc.array(fc.record({ follow: fc.boolean(), paths: patterns, except: patterns }), {
      minLength: 1,
      maxLength: 4,
    }),
  })
  .map(
    ({ homes, classes }) =>
      new ResourceTable(
        classes.map((each, rank) => ({ name: `class-${rank}`, meaning: '', ...each })),
        homes,
      ),
  )
const messy = fc
  .tuple(
    fc.constantFrom('/', '', '//', '/root/', '/home/a/', '/home/', '/etc/x/'),
    fc.array(fc.oneof({ weight: 8, arbitrary: part }, fc.constantFrom('.', '..', '')), { maxLength: 6 }),
  )
  .map(([root, parts]) => root + parts.join('/'))

test.skipIf(!built)('the sensor and the toolchain give every path the same class', () => {
  fc.assert(
    fc.property(tables, fc.array(messy, { minLength: 50, maxLength: 150 }), (table, paths) => {
      expectAgreement(table, paths)
    }),
    { numRuns: 120 },
  )
})

test.skipIf(!built)('they agree on the classes that ship', () => {
  const { table } = decodeResources(new Source('rules/resources.yml', readFileSync(RESOURCES, 'utf8')))
  if (table === undefined) throw new Error('rules/resources.yml cannot be read')
  const shipped = table.classes.flatMap(({ paths, except }) => [...paths, ...except])
  const near = shipped.flatMap((text) => {
    const bare = text.replace('~', '/home/alice').replace('**/*', 'x').replace('**', 'deep/er').replace(/^x/, '/srv/x')
    return [bare, `${bare}/below`, `${bare}2`, bare.toUpperCase(), `/srv${bare}`, bare.replace('alice', 'bob/alice')]
  })
  expect(near.filter((each) => table.classOf(each) !== undefined).length).toBeGreaterThan(100)
  expectAgreement(table, near)
})
