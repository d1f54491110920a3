import { Source } from '../../../src/diagnostic/source.ts'
import { parseEql, runEql, type EqlOptions, type EqlResult } from '../../../src/engine/eql/run.ts'
import type { JsonObject } from '../../../src/event/field.ts'
import { recordReader } from '../../../src/event/record-reader.ts'

/** Runs a text on events in the order of their arrival; those without a time get that of their place. */
export function run(text: string, events: readonly JsonObject[], options: EqlOptions = {}): EqlResult {
  const parsed = parseEql(new Source('query.eql', text))
  if ('diagnostics' in parsed) return { of: 'refused', diagnostics: parsed.diagnostics }
  const toRecord = recordReader()
  const timed = events.map((event, at) => ('@timestamp' in event ? event : { '@timestamp': at, ...event }))
  return runEql(
    parsed.query,
    timed.map((fields, at) => toRecord(fields, at + 1)),
    options,
  )
}

/** The numbers of the events found, from 1; of sequences a list for each, with null for what is missing. */
export function lines(result: EqlResult): readonly (number | null | readonly (number | null)[])[] {
  switch (result.of) {
    case 'refused':
      throw new Error(result.diagnostics.map((one) => one.message).join('\n'))
    case 'events':
      return result.events.map((event) => event.line)
    case 'sequences':
      return result.sequences.map(({ events }) => events.map((event) => event?.line ?? null))
  }
}

/** `line:column code message` of each mistake. */
export function told(result: EqlResult): string[] {
  return result.diagnostics.map((one) => {
    const at = one.span?.source.position(one.span.start)
    return `${at?.line}:${at?.column} ${one.code} ${one.message}`
  })
}
