import { hasErrors, type Diagnostic } from '../diagnostic/diagnostic.ts'
import { renderDiagnostic } from '../diagnostic/frame.ts'
import { Source } from '../diagnostic/source.ts'
import { decodeCsv } from '../engine/csv.ts'
import { decodeSchema, type Schema } from '../engine/schema-file.ts'
import type { Macros } from '../engine/spl/text/macro.ts'
import type { JsonObject } from '../event/field.ts'
import { NdjsonReader } from '../event/ndjson.ts'
import { readSources } from '../pack/files.ts'
import { chunksOf } from './events.ts'
import { Unusable } from './unusable.ts'

/** The text of a query: given, or in a file, `-` for standard input. */
export function queryText(text: string | undefined, file: string | undefined): Source {
  if (text !== undefined && file !== undefined) throw new Unusable('give the text of the query or a file, not both')
  if (text !== undefined) return new Source('<query>', text)
  if (file === undefined) throw new Unusable('give the text of the query, or its file with -f')
  return file === '-' ? new Source('<stdin>', readInput()) : readSource(file)
}

function readInput(): string {
  return Buffer.concat([...chunksOf('-')].map((chunk) => Buffer.from(chunk))).toString('utf8')
}

function readSource(file: string): Source {
  const { sources, diagnostics } = readSources([file])
  const [source] = sources
  if (!source) throw new Unusable(diagnostics.map(renderDiagnostic).join('\n'))
  return source
}

export function readSchema(file: string | undefined): Schema | undefined {
  if (file === undefined) return undefined
  const { schema, diagnostics } = decodeSchema(readSource(file))
  refuse(diagnostics)
  return schema
}

/** The macros of a query in SPL, from a macros.conf. */
export async function readMacros(file: string | undefined): Promise<Macros | undefined> {
  if (file === undefined) return undefined
  const { parseMacros } = await import('../engine/spl/text/macro.ts')
  const { macros, diagnostics } = parseMacros(readSource(file))
  refuse(diagnostics)
  return macros
}

/** Tables by name, from `NAME=FILE`: CSV with a header, or one JSON object a line. */
export function readLookups(named: readonly string[]): ReadonlyMap<string, readonly JsonObject[]> {
  const lookups = new Map<string, readonly JsonObject[]>()
  for (const each of named) {
    const [, name, file] = /^([^=]+)=(.+)$/s.exec(each) ?? []
    if (name === undefined || file === undefined) throw new Unusable(`--lookup takes NAME=FILE, not "${each}"`)
    if (lookups.has(name)) throw new Unusable(`the lookup "${name}" is given twice`)
    lookups.set(name, readLookup(file))
  }
  return lookups
}

function readLookup(file: string): readonly JsonObject[] {
  if (/\.csv$/i.test(file)) {
    const { rows, diagnostics } = decodeCsv(readSource(file))
    refuse(diagnostics)
    return rows
  }
  if (!/\.(ndjson|jsonl)$/i.test(file)) throw new Unusable(`"${file}" is neither .csv nor .ndjson`)
  const reader = new NdjsonReader({ name: file })
  const rows: JsonObject[] = []
  for (const chunk of chunksOf(file)) for (const { object } of reader.push(chunk)) rows.push(object)
  for (const { object } of reader.end()) rows.push(object)
  refuse(reader.diagnostics)
  return rows
}

/** With a mistake in what it needs, a query is not run at all. */
function refuse(diagnostics: readonly Diagnostic[]): void {
  if (hasErrors(diagnostics)) throw new Unusable(diagnostics.map(renderDiagnostic).join('\n'))
}
