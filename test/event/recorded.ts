import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { JsonObject } from '../../src/event/field.ts'

const folder = path.join(import.meta.dirname, '../recordings')

const DAYS = 20
const DAY = 86_400_000

/**
 * The events of all recordings. Each of these begins in the same minute of one host; some are a day later here and some many,
 * so that a few happen at once and not all, whose pairs take a search minutes to look at.
 */
export function recordedEvents(): readonly JsonObject[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.ndjson'))
    .sort()
    .flatMap((name, at) => {
      const text = readFileSync(path.join(folder, name), 'utf8').trimEnd()
      return later(text, (at % DAYS) * DAY)
        .split('\n')
        .map((line) => JSON.parse(line) as JsonObject)
    })
}

/** A text with each of its times so many milliseconds later; what stands behind the second remains. */
function later(text: string, by: number): string {
  return text.replaceAll(/(?<=")\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?=\.\d+Z"|Z")/g, (time) =>
    new Date(Date.parse(`${time}Z`) + by).toISOString().slice(0, 19),
  )
}
