import { readdirSync, readFileSync } from 'node:fs'
import type { UseEvent } from '../../src/event/use-event.ts'

const RECORDINGS = new URL('../recordings/', import.meta.url)

/** What the sensor wrote in the pack's recordings. */
export function recordedEvents(): UseEvent[] {
  return readdirSync(RECORDINGS).flatMap((name) =>
    readFileSync(new URL(name, RECORDINGS), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as UseEvent),
  )
}

/** The names of the fields that an event carries. */
export function leavesOf(event: object, above = ''): string[] {
  return Object.entries(event).flatMap(([key, value]: [string, unknown]) => {
    const name = above === '' ? key : `${above}.${key}`
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? leavesOf(value, name) : [name]
  })
}
