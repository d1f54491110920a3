import { hash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'

interface Case {
  readonly name: string
  readonly kind: string
  readonly part: string
  readonly runs: number
  readonly steps?: readonly string[]
}

interface Part {
  readonly name: string
  readonly firstHour: number
  readonly heldOut: boolean
}

interface Event {
  readonly event: { readonly outcome?: string }
  readonly file?: { readonly path?: string }
  readonly destination?: { readonly address?: string; readonly ip?: string; readonly port?: number }
  readonly detpack: {
    readonly object?: { readonly kind?: string }
    readonly source?: { readonly object?: { readonly path?: string } }
    readonly file?: { readonly previous_path?: string }
  }
}

const CORPUS = new URL('../corpus/', import.meta.url)
const { parts, cases, values } = JSON.parse(readFileSync(new URL('cases.json', CORPUS), 'utf8')) as {
  readonly parts: readonly Part[]
  readonly cases: readonly Case[]
  readonly values: Readonly<Record<string, readonly string[]>>
}
const ON_HOST = '"host":{"id":"a0a5e1beee4f54a7a9509de7c50007dc","name":"web-1",'

function count(kind: string, part: string): number {
  return cases.filter((each) => each.kind === kind && each.part === part).reduce((sum, { runs }) => sum + runs, 0)
}

function fileOf(part: string): URL {
  return new URL(`${part}.ndjson.gz`, CORPUS)
}

function isOfStep({ file, destination, detpack }: Event, step: string): boolean {
  if (`${destination?.ip}:${destination?.port}` === step || destination?.ip === step) return true
  if (step === 'pipe') return detpack.object?.kind === 'pipe' && file?.path === undefined
  const paths = [file?.path, detpack.source?.object?.path, detpack.file?.previous_path, destination?.address]
  return paths.some((one) => one === step || (step.endsWith('/') && one?.startsWith(step)))
}

function stepsOf({ steps = [] }: Case, run: number): readonly string[] {
  return steps.map((step) =>
    step.replace(/\{(\w+)\}/g, (_, name: string) => {
      const list = values[name]
      return list?.[run % list.length] ?? String(run)
    }),
  )
}

const recorded = parts.filter(({ name }) => cases.some(({ part }) => part === name))

/** By hour the lines of one run after the other: a part is half a GB, and one string of it would be too long. */
function* runsIn(file: URL): Generator<{ readonly hour: string; readonly lines: readonly string[] }> {
  const bytes = gunzipSync(readFileSync(file))
  let [hour, lines]: [string, string[]] = ['', []]
  for (let at = 0, end = bytes.indexOf(10); end !== -1; at = end + 1, end = bytes.indexOf(10, at)) {
    const line = bytes.toString('utf8', at, end)
    const its = /^\{"@timestamp":"([^:]+)/.exec(line)?.[1] ?? 'none'
    if (its !== hour && lines.length > 0) yield { hour, lines }
    if (its !== hour) [hour, lines] = [its, []]
    lines.push(line)
  }
  yield { hour, lines }
}

/** Whether something of the run is that step, and succeeded. Only what names it is read. */
function isDone(step: string, lines: readonly string[]): boolean {
  const named = step.replace(/:\d+$/, '')
  return lines.some((line) => {
    if (!line.includes(named)) return false
    const event = JSON.parse(line) as Event
    return event.event.outcome === 'success' && isOfStep(event, step)
  })
}

describe.each(recorded)('the recordings of $name', ({ name: part, firstHour: first }) => {
  const start = Date.UTC(2026, 0, 1) / 3_600_000 + first
  const runs = cases
    .filter((each) => each.part === part)
    .flatMap((each) =>
      Array.from({ length: each.runs }, (_, run) => ({ name: each.name, run, steps: stepsOf(each, run) })),
    )
  const found = Array.from(runsIn(fileOf(part)), ({ hour, lines }, at) => ({
    hour: Date.parse(`${hour}:00Z`) / 3_600_000 - start,
    id: /"event":\{"id":"(\w+)/.exec(lines[0] ?? '')?.[1],
    strange: lines.filter((line) => !line.includes(ON_HOST)),
    missing: (runs[at]?.steps ?? []).filter((step) => !isDone(step, lines)).map((step) => `${runs[at]?.name}: ${step}`),
  }))

  test('are of each run of its cases, each in an hour of its own, in order, on the host of all recordings', () => {
    expect(found.map(({ hour }) => hour)).toEqual(Array.from(runs.keys()))
    expect(found.flatMap(({ strange }) => strange)).toEqual([])
  })

  test('have ids of the name of their case: no other run has them, and scripts/record finds the run by them', () => {
    const named = runs.map(({ name, run }) => ['detpack-recording', `corpus/${name}/${run}`, '0'].join('\0'))
    const others = runs.filter((_, at) => found[at]?.id !== hash('sha256', named[at] ?? '').slice(0, 32))
    expect(others).toEqual([])
  })

  test('show each labelled step of an attack as done: one that was refused is no attack', () => {
    expect(found.flatMap(({ missing }) => missing)).toEqual([])
  })
})

test('a part without cases has no recordings', () => {
  const left = parts.filter((part) => !recorded.includes(part))
  expect(left.filter(({ name }) => existsSync(fileOf(name)))).toEqual([])
  expect(cases.filter(({ part }) => !parts.some(({ name }) => name === part))).toEqual([])
})

test('no part reaches into the hours of the next', () => {
  const ends = parts.map(({ name, firstHour }) => firstHour + count('benign', name) + count('attack', name))
  expect(parts.slice(1).filter(({ firstHour }, at) => firstHour < (ends[at] ?? 0))).toEqual([])
})

test('at least 400 runs in all; no case is on both sides', () => {
  const all = ['benign', 'attack'].flatMap((kind) => parts.map(({ name }) => count(kind, name)))
  expect(all.reduce((sum, one) => sum + one, 0)).toBeGreaterThanOrEqual(400)
  expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length)
})

test.each(recorded.filter(({ heldOut }) => heldOut))('of $name, which is held out, 150 runs are benign', ({ name }) => {
  expect(count('benign', name)).toBeGreaterThanOrEqual(150)
})
