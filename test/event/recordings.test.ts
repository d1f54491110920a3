import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { describe, expect, test } from 'vitest'
import { emitJsonSchema } from '../../src/event/json-schema.ts'

const RECORDINGS = new URL('../recordings/', import.meta.url)
const SCENARIOS = new URL('../scenarios/', import.meta.url)
const CHECKOUT = new URL('../../', import.meta.url).pathname

interface Recorded {
  readonly '@timestamp': string
  readonly event: { readonly id: string; readonly sequence: number; readonly provider: string; readonly action: string }
  readonly host: { readonly id: string; readonly name: string; readonly boot: { readonly id: string } }
  readonly detpack: { readonly cgroup?: { readonly path: string } }
}

interface Scenario {
  readonly title: string
  readonly decisive?: string
  readonly task: string | null
  readonly differs_from?: string
}

const ajv = new Ajv2020()
formats.default(ajv)
const isEvent = ajv.compile(emitJsonSchema())

const names = readdirSync(RECORDINGS).map((name) => name.replace(/\.ndjson$/, ''))

test('there is a recording of each scenario that the sensor is for, and no other', () => {
  const scenarios = readdirSync(SCENARIOS).filter((name) => {
    const file = new URL(`${name}/scenario.json`, SCENARIOS)
    return existsSync(file) && (JSON.parse(readFileSync(file, 'utf8')) as { by?: string }).by !== 'strace'
  })
  expect(names.toSorted()).toEqual(scenarios.toSorted())
})

test('the README of the scenarios has a row for each, as its file says', () => {
  const readme = readFileSync(new URL('README.md', SCENARIOS), 'utf8')
  const rows = readme.split('\n').filter((line) => line.split(' | ').length === 5 && line.startsWith('| `'))
  const said = readdirSync(SCENARIOS)
    .filter((name) => existsSync(new URL(`${name}/scenario.json`, SCENARIOS)))
    .toSorted()
    .map((name) => {
      const scenario = JSON.parse(readFileSync(new URL(`${name}/scenario.json`, SCENARIOS), 'utf8')) as Scenario
      const { title, decisive = '–', task, differs_from } = scenario
      return `| \`${name}\` | ${title} | ${decisive} | ${task ?? '–'} | ${differs_from ? `\`${differs_from}\`` : '–'} |`
    })
  expect(rows).toEqual(said)
})

/** What `scripts/neutral_recording.py` promises. */
describe.each(names)('the recording %s', (name) => {
  const text = readFileSync(new URL(`${name}.ndjson`, RECORDINGS), 'utf8')
  const events = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Recorded)

  test('holds events of the schema, as the sensor wrote them', () => {
    expect(events.map((event) => [isEvent(event), isEvent.errors])).toEqual(events.map(() => [true, null]))
    expect(new Set(events.map((event) => event.event.provider))).toEqual(new Set(['sensor']))
  })

  test('is numbered without a gap, in the order of time', () => {
    expect(events.map((event) => event.event.sequence)).toEqual(events.map((_, index) => index + 1))
    const times = events.map((event) => event['@timestamp'])
    expect(times).toEqual(times.toSorted())
    expect(times[0]).toBe('2026-01-01T00:00:00.000000Z')
  })

  test('is of one host, the same in all recordings', () => {
    const host = {
      id: 'a0a5e1beee4f54a7a9509de7c50007dc',
      name: 'web-1',
      boot: { id: '93b52f2e80af337ae788220dab421903' },
    }
    expect(events.map((event) => event.host)).toEqual(events.map(() => host))
    expect(new Set(events.map((event) => event.detpack.cgroup?.path ?? '/'))).toEqual(new Set(['/']))
  })

  test('does not name the machine that it was made on', () => {
    for (const own of ownNames()) expect(text).not.toContain(own)
    const years = new Set(Array.from(text.matchAll(/"(\d{4})-\d\d-\d\dT/g), (match) => match[1]))
    expect([...years].toSorted()).toEqual(years.has('2025') ? ['2025', '2026'] : ['2026'])
  })
})

/** What would name this machine, where the recordings are made again before the test. */
function ownNames(): string[] {
  const files = ['/etc/machine-id', '/proc/sys/kernel/random/boot_id']
  const ids = files
    .filter((file) => existsSync(file))
    .map((file) => readFileSync(file, 'utf8').trim().replaceAll('-', ''))
  return [...ids.filter((id) => id !== ''), `"${hostname()}"`, CHECKOUT].filter(
    (own) => own !== '"web-1"' && own !== '/',
  )
}
