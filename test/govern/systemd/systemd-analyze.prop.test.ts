import { spawnSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exposureOf, type Exposure } from '../../../src/govern/systemd/exposure.ts'
import { loadUnit, loadUnitFile, type UnitLoading } from '../../../src/govern/systemd/load-unit.ts'
import { readSettings } from '../../../src/govern/systemd/read-setting.ts'
import { temporaryFolder } from '../../pack/temporary-folder.ts'
import { serviceLines, switchLines, unitLines } from './random-unit.ts'

const VERSION = 'systemd 252'
const found = spawnSync('systemd-analyze', ['--version'], { encoding: 'utf8' })
const has = found.status === 0 && found.stdout.startsWith(VERSION)
if (!has) process.stderr.write(`SKIP: what is compared with systemd-analyze: this is not ${VERSION} (Debian 12)\n`)
/** Each run starts it once or twice; more of them by DETPACK_RUNS. */
const numRuns = Number(process.env['DETPACK_RUNS'] ?? 25)

type Badness = Readonly<Record<string, number | null>>

describe.skipIf(!has)(`units, beside ${VERSION}`, () => {
  it('are read and rated alike, item by item', { timeout: 600_000 }, () => {
    const folder = temporaryFolder()
    const file = path.join(folder, 'x.service')
    fc.assert(
      fc.property(unitLines(), serviceLines(), (unit, lines) => {
        writeFileSync(file, [...unit, '[Service]', 'ExecStart=/bin/true', ...lines, ''].join('\n'))
        const ours = exposure(loadUnitFile(file))
        expect(badness(ours)).toEqual(theirs([file]))
        const said = /level for \S+: ([\d.]+) (\w+)/.exec(analyze([file], ['security', '--offline=true']))
        expect([ours.overall.toFixed(1), ours.level]).toEqual(said?.slice(1, 3))
      }),
      { numRuns },
    )
  })

  it('are put together alike from files and drop-ins of many folders', { timeout: 600_000 }, () => {
    const name = fc.constantFrom('a-b-c.service', 'a@x.service', 'a-b@x-y.service')
    const file = fc.tuple(fc.nat(4), fc.nat(9), fc.constantFrom('10-a.conf', '20-b.conf'), text())
    fc.assert(
      fc.property(
        name,
        fc.nat(3),
        fc.boolean(),
        switchLines(),
        fc.array(file, { minLength: 4, maxLength: 14 }),
        (unit, at, of, body, files) => {
          const root = temporaryFolder()
          const template = unit.replace(/@.*\./, '@.')
          put(root, `${FOLDERS[at] ?? ''}/${of ? unit : template}`, `${body}ExecStart=/bin/true\n`)
          const near = [`${unit}.d`, `${template}.d`, ...DROP_INS]
          for (const [folder, own, conf, lines] of files)
            put(root, `${FOLDERS[folder] ?? ''}/${near[own] ?? ''}/${conf}`, lines)
          expect(badness(exposure(loadUnit(root, unit)))).toEqual(theirs([`--root=${root}`, unit]))
        },
      ),
      { numRuns },
    )
  })
})

const FOLDERS = [
  ...['etc/systemd/system', 'run/systemd/system', 'usr/lib/systemd/system', 'usr/local/lib/systemd/system'],
  'etc/systemd/system.control',
]
const DROP_INS = ['a-', 'a-b-', 'a-b@', 'a-b@x-', 'a-@', 'a-@x-y', 'a-@x', ''].map(
  (own) => `${own === '' ? '' : `${own}.`}service.d`,
)

/** Null: a link to /dev/null. */
function text(): fc.Arbitrary<string | null> {
  return fc.oneof(
    { weight: 8, arbitrary: switchLines() },
    { weight: 1, arbitrary: fc.constant('') },
    { weight: 1, arbitrary: fc.constant(null) },
  )
}

function put(root: string, file: string, lines: string | null): void {
  const place = path.join(root, file)
  mkdirSync(path.dirname(place), { recursive: true })
  try {
    if (lines === null) symlinkSync('/dev/null', place)
    else writeFileSync(place, lines)
  } catch {
    // There already, and a link to /dev/null takes anything.
  }
}

function exposure(loading: UnitLoading): Exposure {
  if (loading.kind !== 'unit') throw new Error(loading.kind)
  return exposureOf(readSettings(loading.unit.assignments).settings)
}

function badness({ items }: Exposure): Badness {
  return Object.fromEntries(items.map((item) => [item.id, item.badness]))
}

function theirs(unit: readonly string[]): Badness {
  // Not applicable is 2^64 - 1, which JSON of JavaScript does not hold.
  const printed = analyze(unit, ['security', '--offline=true', '--json=short']).replaceAll(
    '18446744073709551615',
    'null',
  )
  const items = JSON.parse(printed) as readonly { readonly json_field: string; readonly badness: number | null }[]
  return Object.fromEntries(items.map((item) => [item.json_field, item.badness]))
}

function analyze(unit: readonly string[], command: readonly string[]): string {
  const env = { ...process.env, SYSTEMD_ANALYZE_DEBUG: command.includes('--json=short') ? '1' : '0' }
  return spawnSync('systemd-analyze', [...command, ...unit], { env, encoding: 'utf8' }).stdout
}
