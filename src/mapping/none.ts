import type { Mapping } from './mapping.ts'

/** Rules as they are written: no field is renamed, no log source is asked, nothing is known of any field. */
export const none: Mapping = {
  name: 'none',
  purpose: 'rules as written: no field mapping, no log-source filter, field types unknown',
  field: () => undefined,
  mapProgram: (program) => ({ program, diagnostics: [] }),
}
