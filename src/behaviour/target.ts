import { error, type Diagnostic } from '../diagnostic/diagnostic.ts'
import { MapReader } from '../diagnostic/map-reader.ts'
import type { MapNode } from '../diagnostic/yaml.ts'
import { OBJECT_KINDS } from '../event/own-field.ts'
import { parsePathPattern } from '../event/path-pattern.ts'
import { decodeWords } from './reading.ts'
import type { Target, TargetPath, Word } from './task.ts'

export const EVERYTHING: Target = {
  classes: null,
  paths: null,
  parameters: null,
  hosts: null,
  kinds: null,
  linkOf: null,
  except: null,
}

/** Reads what a grant or a condition is about: `on`, and `except` inside it. */
export function decodeTarget(node: MapNode | undefined, diagnostics: Diagnostic[], nested = false): Target {
  if (node === undefined) return EVERYTHING
  const reader = new MapReader(node, 'behaviour', nested ? '"except"' : '"on"', diagnostics)
  const target: Target = {
    classes: reader.texts('class') ?? null,
    paths: decodePaths(reader, 'path', diagnostics),
    parameters: reader.texts('parameter') ?? null,
    hosts: reader.texts('hosts') ?? null,
    kinds: decodeWords(reader, 'kind', OBJECT_KINDS, 'kind of object', diagnostics),
    linkOf: decodePaths(reader, 'link_of', diagnostics),
    except: nested ? null : decodeExcept(reader, diagnostics),
  }
  reader.finish()
  return target
}

/** One map, or a list of maps. */
function decodeExcept(reader: MapReader, diagnostics: Diagnostic[]): readonly Target[] | null {
  const node = reader.node('except')
  if (node === undefined) return null
  const items = node.kind === 'list' ? node.items : [node]
  return items.flatMap((item) => {
    if (item.kind === 'map') return [decodeTarget(item, diagnostics, true)]
    diagnostics.push(error('behaviour/wrong-type', '"except" must be a map or a list of maps', item.span))
    return []
  })
}

function decodePaths(reader: MapReader, key: 'path' | 'link_of', diagnostics: Diagnostic[]): TargetPath[] | null {
  return reader.texts(key)?.flatMap((each) => decodePath(each, diagnostics)) ?? null
}

function decodePath(word: Word, diagnostics: Diagnostic[]): TargetPath[] {
  const pattern = parsePathPattern(word.text)
  if (!('refused' in pattern)) return [{ pattern, span: word.span }]
  const hint = 'write /a/file, /a/directory/, "**/name", "**/*.suffix" or /a/directory/**/name'
  diagnostics.push(
    error('behaviour/path', `"${word.text}" is no path pattern: ${pattern.refused}`, word.span, { hint }),
  )
  return []
}
