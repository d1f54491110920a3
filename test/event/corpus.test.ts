import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'

interface Case {
  readonly name: string
  readonly kind: string
  readonly part: string
  readonly runs: number
}

const CORPUS = new URL('../corpus/', import.meta.url)
const { cases } = JSON.parse(readFileSync(new URL('cases.json', CORPUS), 'utf8')) as { readonly cases: readonly Case[] }
const text = gunzipSync(readFileSync(new URL('runs.ndjson.gz', CORPUS))).toString()

test('the corpus holds each run of its cases, each in an hour of its own, in order, on the host of all recordings', () => {
  const start = Date.UTC(2026, 0, 1) / 3_600_000
  const hours = Array.from(text.matchAll(/^\{"@timestamp":"([^"]+)"/gm), ([, time = '']) =>
    Math.floor(Date.parse(time) / 3_600_000 - start),
  )
  expect(hours.length).toBe(text.trimEnd().split('\n').length)
  expect(hours).toEqual(hours.toSorted((one, other) => one - other))
  const runs = cases.reduce((sum, each) => sum + each.runs, 0)
  expect([...new Set(hours)]).toEqual(Array.from({ length: runs }, (_, run) => run))
  expect(text.match(/"host":\{"id":"a0a5e1beee4f54a7a9509de7c50007dc","name":"web-1"/g)?.length).toBe(hours.length)
})

test('at least 400 runs, of them 150 benign ones held out; no case is on both sides', () => {
  const count = (kind: string, part: string): number =>
    cases.filter((each) => each.kind === kind && each.part === part).reduce((sum, { runs }) => sum + runs, 0)
  const all = ['benign', 'attack'].flatMap((kind) => ['tune', 'held-out'].map((part) => count(kind, part)))
  expect(all.reduce((sum, one) => sum + one, 0)).toBeGreaterThanOrEqual(400)
  expect(count('benign', 'held-out')).toBeGreaterThanOrEqual(150)
  expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length)
})
