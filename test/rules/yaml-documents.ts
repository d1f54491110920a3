import { readdirSync, readFileSync } from 'node:fs'
import { parseAllDocuments } from 'yaml'

export interface Found {
  readonly file: string
  readonly value: unknown
}

/** The documents of all files below a folder with that ending, in path order. */
export function yamlDocuments(folder: string, ending = '.yml'): Found[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(ending))
    .sort()
    .flatMap((file) => {
      const parsed = parseAllDocuments(readFileSync(`${folder}/${file}`, 'utf8'))
      return 'empty' in parsed ? [] : parsed.map((document) => ({ file, value: document.toJS() as unknown }))
    })
}
