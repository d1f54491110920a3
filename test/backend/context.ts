import type { CompileContext } from '../../src/backend/backend.ts'
import { schemaField } from '../../src/event/schema.ts'

/** Compiles against the fields of our own events. */
export function context(today = '2026-11-23'): CompileContext {
  return {
    mapping: {
      name: 'schema',
      purpose: 'The event schema as it is',
      field: (name) => {
        const known = schemaField(name)
        return known && { type: known.type, multi: known.multi, ...(known.values && { values: known.values }) }
      },
      mapProgram: (program) => ({ program, diagnostics: [] }),
    },
    store: { elasticIndex: 'logs-detpack.use-*', splunkBase: 'index=detpack sourcetype="detpack:event"' },
    today,
  }
}
