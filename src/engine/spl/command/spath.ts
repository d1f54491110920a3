import type { Json } from '../../../event/field.ts'
import type { Command } from '../command.ts'
import { field } from '../option.ts'
import { pathParts, readPath } from '../json-path.ts'
import type { Row } from '../row.ts'
import { storedOf, textOf, type Single } from '../value.ts'

const OPTIONS = { input: field, output: field, path: field }

/** So much of a text is read (limits.conf, extraction_cutoff). */
const CUTOFF = 5000

/**
 * `spath [input=field] [path=a.b{}.c] [output=field]`: values in the JSON of a field, `_raw` unless named, as fields;
 * without a path all of them. XML is not read.
 */
export const spath: Command = {
  kind: 'streaming',
  read: (reader) => {
    const options = reader.options(OPTIONS)
    const path = options.path ?? (reader.scanner.isEnd() ? undefined : reader.field())
    while (reader.option(OPTIONS, options));
    const input = options.input ?? '_raw'
    if (input === '_raw') reader.scope.raw()
    const place = reader.scanner.span(reader.name.start, reader.scanner.at)
    return (rows, run) => {
      for (const row of rows) {
        const text = textOf(row.get(input))
        const json = text === null ? undefined : parsed(text)
        if (json === undefined || text === null) continue
        if (path !== undefined) put(row, options.output ?? path, readPath(json, pathParts(path)))
        else {
          if (text.length > CUTOFF)
            run.report.truncated(
              `Splunk finds fields in the first ${CUTOFF} characters only; here all are found`,
              place,
            )
          extract(row, json)
        }
      }
      return rows
    }
  },
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}

function put(row: Row, name: string, json: Json | undefined): void {
  if (json === undefined) return
  const list = Array.isArray(json) ? (json as readonly Json[]) : [json]
  row.set(name, storedOf(list.flatMap((each) => single(each) ?? [])))
}

function single(json: Json): Single | undefined {
  if (json === null) return undefined
  if (typeof json === 'string' || typeof json === 'number') return json
  return typeof json === 'boolean' ? String(json) : JSON.stringify(json)
}

function extract(row: Row, json: Json): void {
  const found = new Map<string, Single[]>()
  const visit = (value: Json, name: string): void => {
    if (value === null) return
    if (Array.isArray(value)) for (const item of value as readonly Json[]) visit(item, `${name}{}`)
    else if (typeof value === 'object')
      for (const [key, item] of Object.entries(value)) visit(item, name === '' ? key : `${name}.${key}`)
    else {
      const known = found.get(name)
      if (known) known.push(single(value) ?? '')
      else found.set(name, [single(value) ?? ''])
    }
  }
  visit(json, '')
  for (const [name, values] of found) if (name !== '') row.set(name, storedOf(values))
}
