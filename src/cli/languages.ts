import type { Backend, Language } from '../backend/backend.ts'

/** Each is loaded when it is asked for: a start that compiles to one language pays for one. */
const LOADERS: Readonly<Record<Language, () => Promise<Backend>>> = {
  eql: async () => (await import('../backend/eql/backend.ts')).eqlBackend,
  esql: async () => (await import('../backend/esql/backend.ts')).esqlBackend,
  kql: async () => (await import('../backend/kql/backend.ts')).kqlBackend,
  lucene: async () => (await import('../backend/lucene/backend.ts')).luceneBackend,
  spl: async () => (await import('../backend/spl/backend.ts')).splBackend,
}

export const LANGUAGES = Object.keys(LOADERS) as readonly Language[]

/** The backends of these languages, in their order. */
export function loadBackends(languages: readonly Language[]): Promise<readonly Backend[]> {
  return Promise.all(languages.map((language) => LOADERS[language]()))
}

/** The languages of a target that can follow several events; those of one event only are asked for by name. */
export const TARGET_LANGUAGES = {
  elastic: ['eql', 'esql'],
  splunk: ['spl'],
} as const satisfies Record<string, readonly Language[]>
