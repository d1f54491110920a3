import type { Backend, EventStore, Language } from '../backend/backend.ts'
import { eqlBackend } from '../backend/eql/backend.ts'
import { esqlBackend } from '../backend/esql/backend.ts'
import { kqlBackend } from '../backend/kql/backend.ts'
import { luceneBackend } from '../backend/lucene/backend.ts'
import { splBackend } from '../backend/spl/backend.ts'
import type { Configuration } from '../pack/configuration.ts'

const BY_LANGUAGE = {
  eql: eqlBackend,
  esql: esqlBackend,
  kql: kqlBackend,
  lucene: luceneBackend,
  spl: splBackend,
} as const

/** Every language that rules compile to. */
export const backends: readonly Backend[] = Object.values(BY_LANGUAGE)

export function backendFor<L extends Language>(language: L): Backend & { readonly language: L } {
  return { ...BY_LANGUAGE[language], language }
}

/** The languages of a target that can follow several events; those of one event only are asked for by name. */
export const TARGET_LANGUAGES = {
  elastic: ['eql', 'esql'],
  splunk: ['spl'],
} as const satisfies Record<string, readonly Language[]>

export function eventStoreOf(configuration: Configuration): EventStore {
  return { elasticIndex: configuration.elastic.index, splunkBase: configuration.splunk.base }
}

/** Today in UTC, as acceptances compare it. */
export function today(): string {
  return new Date().toISOString().slice(0, 10)
}
