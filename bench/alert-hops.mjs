// What an alert shows beside the events that its rule asked for: how objects and data came from one to the next.
import Database from 'libsql'

/** @param store a local store, as `watch --store` leaves it
 *  @returns by alert the numbers of the lines of its hops */
export function hopsIn(store) {
  const database = new Database(store, { readonly: true })
  try {
    const rows = database.prepare('SELECT id, content FROM alerts').all()
    return new Map(rows.map(({ id, content }) => [id, (JSON.parse(content).hops ?? []).map(({ line }) => line)]))
  } finally {
    database.close()
  }
}
