export interface ObjectKey {
  /** The kernel's own number: major << 20 | minor. */
  readonly device: number
  readonly inode: number
}

/**
 * What one field of an event must be. Scalars are compared as they are, lists as sets; null: the event must not have
 * the field. The rest is known by relation only.
 */
export type Expectation =
  | string
  | number
  | boolean
  | null
  | readonly (string | ObjectKey)[]
  /** Entity id of the process with that pid. */
  | { readonly entity: number }
  /** The same value wherever that name is said within the act, another value for another name. */
  | { readonly same: string }
  /** That text, or no such field. */
  | { readonly orAbsent: string }
  /** The first where the sensor sees what the kernel found by a path, else the second. */
  | { readonly lookedUp: string | ObjectKey; readonly otherwise: string | null }
  /** A time, as boot time in microseconds. */
  | { readonly after: number; readonly before: number }
  | { readonly least: number; readonly most: number }
  | ObjectKey

/** What an act of sensor/test/live says it did: one event that must be seen. */
export interface Statement {
  readonly act: string
  readonly pid: number
  readonly thread: number
  readonly user: number
  readonly group: number
  /** Boot time in microseconds: the use ended between these. */
  readonly after: number
  readonly before: number
  readonly fields: Readonly<Record<string, Expectation>>
  /** The event may be missing, and why. */
  readonly maybe?: string
  /** Which thread of the process ends the use, and in which order, is not known. */
  readonly anyThread?: boolean
  /** The event may be of a later time than the statement. */
  readonly later?: boolean
}

/** One act as it was done. */
export interface DoneAct {
  readonly name: string
  readonly statements: readonly Statement[]
  /** Processes whose every event must have a statement. */
  readonly actors: readonly number[]
  readonly skipped?: string
  readonly failed?: string
}

export interface Performance {
  /** Path of the act program. */
  readonly program: string
  /** The process that the sensor is put on. */
  readonly root: number
  readonly acts: ReadonlyMap<string, DoneAct>
}

type Line =
  | Statement
  | { readonly program: string; readonly ready: number }
  | (Omit<DoneAct, 'name' | 'statements'> & { readonly act: string })
  | { readonly done: boolean }

/** Reads the output of the act program, which is ours: what it prints is taken as it is. */
export function parsePerformance(text: string): Performance {
  const acts = new Map<string, DoneAct>()
  let statements: Statement[] = []
  let program = ''
  let root = 0
  for (const one of text.split('\n')) {
    if (one === '') continue
    const line = JSON.parse(one) as Line
    if ('fields' in line) statements.push(line)
    else if ('actors' in line) {
      const { act, ...rest } = line
      acts.set(act, { ...rest, name: act, statements })
      statements = []
    } else if ('program' in line) {
      program = line.program
      root = line.ready
    }
  }
  return { program, root, acts }
}
