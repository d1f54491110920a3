import type { JsonObject } from '../../../event/field.ts'
import type { EventRecord } from '../../../event/record.ts'
import type { Part } from './plan.ts'

/** An event with the places of the parts that it meets, ascending. */
export interface MetEvent<E extends EventRecord = EventRecord> {
  readonly event: E
  readonly parts: readonly number[]
}

/** The parts that an event meets. */
export function partsMet(parts: readonly Part[], event: JsonObject): readonly number[] {
  let met: number[] | undefined
  for (let at = 0; at < parts.length; at++) if (parts[at]?.condition(event)) (met ??= []).push(at)
  return met ?? NONE
}

const NONE: readonly number[] = []
